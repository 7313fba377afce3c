package kleiber.laws;

import java.util.List;

/**
 * L(S, N, D) = (a (1 − S)^b + c) N^-α + B D^-β + E: a network pruned to a share 1 − S of its
 * weights, with N the weights that are left. Parameters in order: E, a, b, c, α, B, β.
 *
 * <p>Frantar et al. 2024, <i>Scaling Laws for Sparsely-Connected Foundation Models</i>
 * (arXiv:2309.08520), eq. 1, whose (a_D / D)^b_D is B D^-β here.
 */
public record WeightSparsity() implements LinearInAmplitudes, Typical {
  private static final int E = 0;
  private static final int A = 1;
  private static final int B_S = 2;
  private static final int C = 3;
  private static final int ALPHA = 4;
  private static final int B = 5;
  private static final int BETA = 6;

  private static final Axis N = Axis.params(1e6, 1e8);
  private static final Axis D = Axis.tokens(1e9, 1e11);
  private static final Axis SPARSITY = new Axis("sparsity", "share of removed weights", 0, 0.9);

  private static final List<Parameter> PARAMETERS =
      List.of(
          new Parameter("E", "nats per token", 0, 14),
          new Parameter("a", "nats per token times parameters^alpha", 1e-3, 1e30),
          new Parameter("b", "exponent of the weights left", 0.05, 5),
          new Parameter("c", "nats per token times parameters^alpha", 1e-3, 1e30),
          new Parameter("alpha", "exponent of parameters", 0.01, 2),
          new Parameter("B", "nats per token times tokens^beta", 1e-3, 1e30),
          new Parameter("beta", "exponent of tokens", 0.01, 2));

  @Override
  public String formula() {
    return "L = (a (1-S)^b + c) N^-alpha + B D^-beta + E";
  }

  @Override
  public String source() {
    return "Frantar et al. 2024, arXiv:2309.08520, eq. 1";
  }

  @Override
  public List<Parameter> parameters() {
    return PARAMETERS;
  }

  @Override
  public List<Axis> axes() {
    return List.of(N, D, SPARSITY);
  }

  @Override
  public double[] typical() {
    return new double[] {0.65, 17, 0.72, 45, 0.25, 200, 0.3};
  }

  @Override
  public int[] amplitudes() {
    return new int[] {E, A, C, B};
  }

  @Override
  public double loss(Scale at, double[] theta) {
    double weights = theta[A] * Math.pow(1 - SPARSITY.of(at), theta[B_S]) + theta[C];
    return theta[E]
        + weights * Math.pow(at.params(), -theta[ALPHA])
        + theta[B] * Math.pow(at.tokens(), -theta[BETA]);
  }

  @Override
  public void gradient(Scale at, double[] theta, double[] gradient) {
    double lnLeft = Math.log(1 - SPARSITY.of(at));
    double lnN = Math.log(at.params());
    double lnD = Math.log(at.tokens());
    gradient[E] = 1;
    gradient[C] = Math.exp(-theta[ALPHA] * lnN);
    gradient[A] = gradient[C] * Math.exp(theta[B_S] * lnLeft);
    gradient[B_S] = theta[A] * gradient[A] * lnLeft;
    gradient[ALPHA] = -(theta[A] * gradient[A] + theta[C] * gradient[C]) * lnN;
    gradient[B] = Math.exp(-theta[BETA] * lnD);
    gradient[BETA] = -theta[B] * gradient[B] * lnD;
  }
}
