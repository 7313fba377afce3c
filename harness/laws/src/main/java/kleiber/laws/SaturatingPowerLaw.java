package kleiber.laws;

import java.util.List;

/**
 * L(x) = L∞ + (x0 / x)^α in one of N, D and C: the irreducible loss L∞ is the entropy of the
 * source, the rest the divergence of the model from it. Parameters in order: L∞, x0, α.
 *
 * <p>Henighan et al. 2020, <i>Scaling Laws for Autoregressive Generative Modeling</i>
 * (arXiv:2010.14701), eq. 1.1. {@link PowerLaw} is the same law in C with an amplitude for x0.
 *
 * @param x what the loss falls with
 */
public record SaturatingPowerLaw(Variable x) implements Typical {
  private static final int INFINITE = 0;
  private static final int X0 = 1;
  private static final int ALPHA = 2;

  private static final List<Parameter> PARAMETERS =
      List.of(
          new Parameter("Linf", "nats per token", 0, 14),
          new Parameter("x0", "unit of x", 1e-10, 1e60),
          new Parameter("alpha", "exponent of x", 0.005, 2));

  @Override
  public String formula() {
    return "L = Linf + (x0/" + x.symbol() + ")^alpha";
  }

  @Override
  public String source() {
    return "Henighan et al. 2020, arXiv:2010.14701, eq. 1.1";
  }

  @Override
  public List<Parameter> parameters() {
    return PARAMETERS;
  }

  @Override
  public List<Axis> axes() {
    return List.of(x.axis(1e7, 1e10));
  }

  @Override
  public double[] typical() {
    return new double[] {2, 1e9, 0.2};
  }

  @Override
  public double loss(Scale at, double[] theta) {
    return theta[INFINITE] + Math.pow(theta[X0] / x.of(at), theta[ALPHA]);
  }

  @Override
  public void gradient(Scale at, double[] theta, double[] gradient) {
    double ln = Math.log(theta[X0] / x.of(at));
    double term = Math.exp(theta[ALPHA] * ln);
    gradient[INFINITE] = 1;
    gradient[X0] = theta[ALPHA] * term / theta[X0];
    gradient[ALPHA] = term * ln;
  }
}
