package kleiber.laws;

import java.util.List;

/**
 * L = E + W w^-α + Z d^-ζ + A N^-γ + B D^-β: width w and depth d (layers) beside parameters and
 * tokens, so that two shapes of one size may differ. Parameters in order: E, W, α, Z, ζ, A, γ, B,
 * β.
 *
 * <p>McLeish et al. 2025, <i>Gemstones: A Model Suite for Multi-Faceted Scaling Laws</i>
 * (arXiv:2502.06857).
 */
public record WidthDepth() implements LinearInAmplitudes, Typical {
  private static final int E = 0;
  private static final int W = 1;
  private static final int ALPHA = 2;
  private static final int Z = 3;
  private static final int ZETA = 4;
  private static final int A = 5;
  private static final int GAMMA = 6;
  private static final int B = 7;
  private static final int BETA = 8;

  private static final Axis N = Axis.params(1e7, 1e10);
  private static final Axis D = Axis.tokens(1e9, 1e12);
  private static final Axis WIDTH = new Axis("width", "width of the residual stream", 256, 4096);
  private static final Axis DEPTH = new Axis("depth", "layers", 3, 80);

  private static final List<Parameter> PARAMETERS =
      List.of(
          new Parameter("E", "nats per token", 0, 14),
          new Parameter("W", "nats per token times width^alpha", 1e-3, 1e6),
          new Parameter("alpha", "exponent of width", 0.05, 2),
          new Parameter("Z", "nats per token times layers^zeta", 1e-3, 1e6),
          new Parameter("zeta", "exponent of depth", 0.05, 2),
          new Parameter("A", "nats per token times parameters^gamma", 1e-3, 1e30),
          new Parameter("gamma", "exponent of parameters", 0.01, 2),
          new Parameter("B", "nats per token times tokens^beta", 1e-3, 1e30),
          new Parameter("beta", "exponent of tokens", 0.01, 2));

  @Override
  public String formula() {
    return "L = E + W w^-alpha + Z d^-zeta + A N^-gamma + B D^-beta";
  }

  @Override
  public String source() {
    return "McLeish et al. 2025, arXiv:2502.06857";
  }

  @Override
  public List<Parameter> parameters() {
    return PARAMETERS;
  }

  @Override
  public List<Axis> axes() {
    return List.of(N, D, WIDTH, DEPTH);
  }

  @Override
  public double[] typical() {
    return new double[] {1.5, 10, 0.5, 0.8, 0.9, 300, 0.35, 600, 0.33};
  }

  @Override
  public int[] amplitudes() {
    return new int[] {E, W, Z, A, B};
  }

  @Override
  public double loss(Scale at, double[] theta) {
    return theta[E]
        + theta[W] * Math.pow(WIDTH.of(at), -theta[ALPHA])
        + theta[Z] * Math.pow(DEPTH.of(at), -theta[ZETA])
        + theta[A] * Math.pow(at.params(), -theta[GAMMA])
        + theta[B] * Math.pow(at.tokens(), -theta[BETA]);
  }

  @Override
  public void gradient(Scale at, double[] theta, double[] gradient) {
    gradient[E] = 1;
    term(W, ALPHA, WIDTH.of(at), theta, gradient);
    term(Z, ZETA, DEPTH.of(at), theta, gradient);
    term(A, GAMMA, at.params(), theta, gradient);
    term(B, BETA, at.tokens(), theta, gradient);
  }

  private static void term(
      int amplitude, int exponent, double x, double[] theta, double[] gradient) {
    double ln = Math.log(x);
    gradient[amplitude] = Math.exp(-theta[exponent] * ln);
    gradient[exponent] = -theta[amplitude] * gradient[amplitude] * ln;
  }
}
