package kleiber.laws;

import java.util.List;

/**
 * L(N, D, G) = c + (g G^-γ + a) N^-α + b D^-β: a mixture of experts whose experts are a G-th of the
 * usual feed-forward layer. Parameters in order: c, a, g, γ, α, b, β.
 *
 * <p>Krajewski et al. 2024, <i>Scaling Laws for Fine-Grained Mixture of Experts</i>
 * (arXiv:2402.07871).
 */
public record MixtureOfExperts() implements LinearInAmplitudes, Typical {
  private static final int C = 0;
  private static final int A = 1;
  private static final int G = 2;
  private static final int GAMMA = 3;
  private static final int ALPHA = 4;
  private static final int B = 5;
  private static final int BETA = 6;

  private static final Axis N = Axis.params(1e8, 1e10);
  private static final Axis D = Axis.tokens(1e9, 1e11);
  private static final Axis GRANULARITY =
      new Axis("granularity", "experts for each of the usual size", 1, 16);

  private static final List<Parameter> PARAMETERS =
      List.of(
          new Parameter("c", "nats per token", 0, 14),
          new Parameter("a", "nats per token times parameters^alpha", 1e-3, 1e30),
          new Parameter("g", "nats per token times parameters^alpha", 1e-3, 1e30),
          new Parameter("gamma", "exponent of granularity", 0.05, 3),
          new Parameter("alpha", "exponent of parameters", 0.01, 2),
          new Parameter("b", "nats per token times tokens^beta", 1e-3, 1e30),
          new Parameter("beta", "exponent of tokens", 0.01, 2));

  @Override
  public String formula() {
    return "L = c + (g G^-gamma + a) N^-alpha + b D^-beta";
  }

  @Override
  public String source() {
    return "Krajewski et al. 2024, arXiv:2402.07871";
  }

  @Override
  public List<Parameter> parameters() {
    return PARAMETERS;
  }

  @Override
  public List<Axis> axes() {
    return List.of(N, D, GRANULARITY);
  }

  /** The paper's constants. */
  @Override
  public double[] typical() {
    return new double[] {0.47, 18.1, 2.1, 0.58, 0.115, 30.8, 0.147};
  }

  @Override
  public int[] amplitudes() {
    return new int[] {C, A, G, B};
  }

  @Override
  public double loss(Scale at, double[] theta) {
    double experts = theta[G] * Math.pow(GRANULARITY.of(at), -theta[GAMMA]) + theta[A];
    return theta[C]
        + experts * Math.pow(at.params(), -theta[ALPHA])
        + theta[B] * Math.pow(at.tokens(), -theta[BETA]);
  }

  @Override
  public void gradient(Scale at, double[] theta, double[] gradient) {
    double lnG = Math.log(GRANULARITY.of(at));
    double lnN = Math.log(at.params());
    double lnD = Math.log(at.tokens());
    gradient[C] = 1;
    gradient[A] = Math.exp(-theta[ALPHA] * lnN);
    gradient[G] = gradient[A] * Math.exp(-theta[GAMMA] * lnG);
    gradient[GAMMA] = -theta[G] * gradient[G] * lnG;
    gradient[ALPHA] = -(theta[A] * gradient[A] + theta[G] * gradient[G]) * lnN;
    gradient[B] = Math.exp(-theta[BETA] * lnD);
    gradient[BETA] = -theta[B] * gradient[B] * lnD;
  }
}
