package kleiber.engine;

/** The standard normal distribution, to about 1e-15, in double precision. */
public final class NormalDistribution {
  private NormalDistribution() {}

  /** φ(x). */
  public static double density(double x) {
    return Math.exp(-x * x / 2) / Math.sqrt(2 * Math.PI);
  }

  /**
   * Φ(x) with small relative error in the lower tail too: near zero the series x + x³/3 + x⁵/(3·5)
   * + … (Abramowitz and Stegun 26.2.11), far out Laplace's continued fraction (26.2.14).
   */
  public static double cumulative(double x) {
    if (Double.isNaN(x)) {
      return x;
    }
    if (Math.abs(x) > 3.5) {
      double upper = density(x) / fraction(Math.abs(x));
      return x > 0 ? 1 - upper : upper;
    }
    double sum = 0;
    double term = x;
    for (int odd = 3; sum + term != sum; odd += 2) {
      sum += term;
      term *= x * x / odd;
    }
    return 0.5 + density(x) * sum;
  }

  /** x + 1/(x + 2/(x + 3/(x + …))). */
  private static double fraction(double x) {
    double value = x;
    for (int n = 60; n > 0; n--) {
      value = x + n / value;
    }
    return value;
  }
}
