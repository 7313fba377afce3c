package kleiber.laws;

import java.util.List;

/**
 * L(C, M) = E + (a M^η + b M^-η) C^-η with M = D/N tokens per parameter: what training a model on
 * more tokens than compute alone would advise costs. Chinchilla with α = β = 2η, in other words.
 * Parameters in order: E, a, b, η.
 *
 * <p>Gadre et al. 2024, <i>Language Models Scale Reliably with Over-Training and on Downstream
 * Tasks</i> (arXiv:2403.08540), eq. 4.
 */
public record OverTraining() implements LinearInAmplitudes, Typical {
  private static final int E = 0;
  private static final int A = 1;
  private static final int B = 2;
  private static final int ETA = 3;

  private static final Axis N = Axis.params(1e7, 1e10);
  private static final Axis D = Axis.tokens(1e9, 1e12);

  private static final List<Parameter> PARAMETERS =
      List.of(
          new Parameter("E", "nats per token", 0, 14),
          new Parameter("a", "nats per token times FLOPs^eta", 1e-3, 1e30),
          new Parameter("b", "nats per token times FLOPs^eta", 1e-3, 1e30),
          new Parameter("eta", "exponent of compute", 0.005, 1));

  @Override
  public String formula() {
    return "L = E + (a M^eta + b M^-eta) C^-eta, M = D/N";
  }

  @Override
  public String source() {
    return "Gadre et al. 2024, arXiv:2403.08540, eq. 4";
  }

  @Override
  public List<Parameter> parameters() {
    return PARAMETERS;
  }

  @Override
  public List<Axis> axes() {
    return List.of(N, D);
  }

  /** RedPajama, as refitted to the published runs. */
  @Override
  public double[] typical() {
    return new double[] {1.84, 212, 367, 0.136};
  }

  @Override
  public int[] amplitudes() {
    return new int[] {E, A, B};
  }

  @Override
  public double loss(Scale at, double[] theta) {
    double m = Math.pow(at.tokens() / at.params(), theta[ETA]);
    return theta[E] + (theta[A] * m + theta[B] / m) * Math.pow(at.flops(), -theta[ETA]);
  }

  @Override
  public void gradient(Scale at, double[] theta, double[] gradient) {
    double lnM = Math.log(at.tokens() / at.params());
    double lnC = Math.log(at.flops());
    gradient[E] = 1;
    gradient[A] = Math.exp(theta[ETA] * (lnM - lnC));
    gradient[B] = Math.exp(theta[ETA] * (-lnM - lnC));
    gradient[ETA] = theta[A] * gradient[A] * (lnM - lnC) + theta[B] * gradient[B] * (-lnM - lnC);
  }
}
