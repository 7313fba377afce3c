package kleiber.laws;

import java.util.List;

/**
 * L = E + A N_eff^-α + B D^-β, N_eff = N (1 − e^(-P/γ)): weights trained with P bits count as
 * fewer. Parameters in order: E, A, α, B, β, γ.
 *
 * <p>Kumar et al. 2024, <i>Scaling Laws for Precision</i> (arXiv:2411.04330).
 */
public record TrainingPrecision() implements LinearInAmplitudes, Typical {
  private static final int E = 0;
  private static final int A = 1;
  private static final int ALPHA = 2;
  private static final int B = 3;
  private static final int BETA = 4;
  private static final int GAMMA = 5;

  private static final Axis N = Axis.params(3e7, 1e9);
  private static final Axis D = Axis.tokens(1e9, 1e11);
  private static final Axis BITS = new Axis("trainingBits", "bits of a weight in training", 3, 16);

  private static final List<Parameter> PARAMETERS =
      List.of(
          new Parameter("E", "nats per token", 0, 14),
          new Parameter("A", "nats per token times parameters^alpha", 1e-3, 1e30),
          new Parameter("alpha", "exponent of parameters", 0.01, 2),
          new Parameter("B", "nats per token times tokens^beta", 1e-3, 1e30),
          new Parameter("beta", "exponent of tokens", 0.01, 2),
          new Parameter("gamma", "bits", 0.1, 20));

  @Override
  public String formula() {
    return "L = E + A (N (1 - exp(-P/gamma)))^-alpha + B D^-beta";
  }

  @Override
  public String source() {
    return "Kumar et al. 2024, arXiv:2411.04330";
  }

  @Override
  public List<Parameter> parameters() {
    return PARAMETERS;
  }

  @Override
  public List<Axis> axes() {
    return List.of(N, D, BITS);
  }

  @Override
  public double[] typical() {
    return new double[] {2.0, 400, 0.34, 1000, 0.33, 2.7};
  }

  @Override
  public int[] amplitudes() {
    return new int[] {E, A, B};
  }

  @Override
  public double loss(Scale at, double[] theta) {
    double effective = -at.params() * Math.expm1(-BITS.of(at) / theta[GAMMA]);
    return theta[E]
        + theta[A] * Math.pow(effective, -theta[ALPHA])
        + theta[B] * Math.pow(at.tokens(), -theta[BETA]);
  }

  @Override
  public void gradient(Scale at, double[] theta, double[] gradient) {
    double bits = BITS.of(at) / theta[GAMMA];
    double share = -Math.expm1(-bits);
    double lnN = Math.log(at.params() * share);
    double lnD = Math.log(at.tokens());
    gradient[E] = 1;
    gradient[A] = Math.exp(-theta[ALPHA] * lnN);
    gradient[ALPHA] = -theta[A] * gradient[A] * lnN;
    gradient[B] = Math.exp(-theta[BETA] * lnD);
    gradient[BETA] = -theta[B] * gradient[B] * lnD;
    gradient[GAMMA] =
        theta[ALPHA] * theta[A] * gradient[A] * (1 - share) / share * bits / theta[GAMMA];
  }
}
