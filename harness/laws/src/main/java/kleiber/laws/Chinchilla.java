package kleiber.laws;

import java.util.List;

/**
 * L(N, D) = E + A N^-α + B D^-β: an irreducible loss, a price for finite parameters and a price for
 * finite data. Parameters in order: E, A, α, B, β.
 *
 * <p>Hoffmann et al. 2022, <i>Training Compute-Optimal Large Language Models</i>
 * (arXiv:2203.15556), eq. 2; the compute-optimal frontier is eq. 4.
 */
public record Chinchilla() implements LinearInAmplitudes {
  private static final int E = 0;
  private static final int A = 1;
  private static final int ALPHA = 2;
  private static final int B = 3;
  private static final int BETA = 4;

  private static final List<Parameter> PARAMETERS =
      List.of(
          new Parameter("E", "nats per token", 0, 14),
          new Parameter("A", "nats per token times parameters^alpha", 1e-3, 1e30),
          new Parameter("alpha", "exponent of parameters", 0.01, 2),
          new Parameter("B", "nats per token times tokens^beta", 1e-3, 1e30),
          new Parameter("beta", "exponent of tokens", 0.01, 2));

  /**
   * How to spend compute.
   *
   * @param params N*, parameters
   * @param tokens D*, tokens
   */
  public record Optimum(double params, double tokens) {}

  @Override
  public String formula() {
    return "L = E + A N^-alpha + B D^-beta";
  }

  @Override
  public String source() {
    return "Hoffmann et al. 2022, arXiv:2203.15556, eq. 2";
  }

  @Override
  public List<Parameter> parameters() {
    return PARAMETERS;
  }

  @Override
  public int[] amplitudes() {
    return new int[] {E, A, B};
  }

  @Override
  public double loss(Scale at, double[] theta) {
    return theta[E]
        + theta[A] * Math.pow(at.params(), -theta[ALPHA])
        + theta[B] * Math.pow(at.tokens(), -theta[BETA]);
  }

  @Override
  public void gradient(Scale at, double[] theta, double[] gradient) {
    gradient(Math.log(at.params()), Math.log(at.tokens()), theta, gradient);
  }

  @Override
  public BoundLaw over(List<Scale> scales) {
    double[] lnN = scales.stream().mapToDouble(at -> Math.log(at.params())).toArray();
    double[] lnD = scales.stream().mapToDouble(at -> Math.log(at.tokens())).toArray();
    return (row, theta, gradient) -> gradient(lnN[row], lnD[row], theta, gradient);
  }

  private static double gradient(double lnN, double lnD, double[] theta, double[] gradient) {
    gradient[E] = 1;
    gradient[A] = Math.exp(-theta[ALPHA] * lnN);
    gradient[ALPHA] = -theta[A] * gradient[A] * lnN;
    gradient[B] = Math.exp(-theta[BETA] * lnD);
    gradient[BETA] = -theta[B] * gradient[B] * lnD;
    return theta[E] + theta[A] * gradient[A] + theta[B] * gradient[B];
  }

  /**
   * The N and D of the lowest loss at a compute of C = 6ND (eq. 4).
   *
   * @param flops C
   */
  public Optimum optimum(double flops, double[] theta) {
    double exponents = theta[ALPHA] + theta[BETA];
    double g = Math.pow(theta[ALPHA] * theta[A] / (theta[BETA] * theta[B]), 1 / exponents);
    double params = g * Math.pow(flops / 6, theta[BETA] / exponents);
    return new Optimum(params, flops / 6 / params);
  }
}
