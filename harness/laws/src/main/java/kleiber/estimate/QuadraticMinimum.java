package kleiber.estimate;

import java.util.Arrays;
import kleiber.fit.Interval;
import org.apache.commons.math3.distribution.NormalDistribution;
import org.apache.commons.math3.distribution.TDistribution;

/**
 * The minimum of a parabola y = a + b x + c x² through values of a known noise. Its interval is
 * Fieller's (1954): all x at which a slope of zero is not refused. Where the values do not show a
 * curvature, it has no ends, and the minimum may be anywhere.
 *
 * @param at x of the minimum; NaN where the parabola does not curve upward
 * @param interval of it, infinite where the noise hides the curvature
 * @param value y at the minimum; NaN where there is none
 * @param curvature c
 * @param coefficients a, b, c around x = 0
 */
public record QuadraticMinimum(
    double at, Interval interval, double value, double curvature, double[] coefficients) {
  /**
   * @param x at least three different ones
   * @param y their values
   * @param deviations standard deviations of y
   * @param degreesOfFreedom with which the deviations are known; infinite where they are given
   * @throws IllegalArgumentException when x has fewer than three different values
   */
  public static QuadraticMinimum fit(
      double[] x, double[] y, double[] deviations, double degreesOfFreedom, double confidence) {
    double[] weights = Arrays.stream(deviations).map(d -> 1 / (d * d)).toArray();
    double total = Arrays.stream(weights).sum();
    double centre = 0;
    for (int i = 0; i < x.length; i++) {
      centre += weights[i] / total * x[i];
    }
    double[][] rows = new double[x.length][];
    for (int i = 0; i < x.length; i++) {
      double away = x[i] - centre;
      rows[i] = new double[] {1, away, away * away};
    }
    Regression fit =
        Regression.of(rows, y, weights)
            .orElseThrow(
                () ->
                    new IllegalArgumentException(
                        "A parabola needs values at three different places, but was given "
                            + Arrays.stream(x).distinct().count()));
    double a = fit.coefficients()[0];
    double b = fit.coefficients()[1];
    double c = fit.coefficients()[2];
    double vertex = -b / (2 * c);
    boolean convex = c > 0;
    double[][] covariance = fit.inverse();
    Interval about =
        fieller(
            b,
            c,
            covariance[1][1],
            covariance[1][2],
            covariance[2][2],
            quantile(degreesOfFreedom, confidence),
            confidence);
    return new QuadraticMinimum(
        convex ? centre + vertex : Double.NaN,
        new Interval(centre + about.low(), centre + about.high(), confidence),
        convex ? a - b * b / (4 * c) : Double.NaN,
        c,
        new double[] {a - b * centre + c * centre * centre, b - 2 * c * centre, c});
  }

  /** y of the parabola. */
  public double value(double x) {
    return coefficients[0] + x * (coefficients[1] + x * coefficients[2]);
  }

  /** How much higher the parabola is at x than at its minimum. */
  public double excess(double x) {
    return value(x) - value;
  }

  /**
   * How far this minimum lies above another one, its interval from theirs: Zou and Donner's (2008)
   * way to carry intervals that are not symmetric.
   */
  public Estimate minus(QuadraticMinimum other) {
    double distance = at - other.at;
    double below = Math.hypot(at - interval.low(), other.interval.high() - other.at);
    double above = Math.hypot(interval.high() - at, other.at - other.interval.low());
    return new Estimate(
        distance, new Interval(distance - below, distance + above, interval.confidence()));
  }

  /** Where the minimum is, of the quantity whose logarithm x is. */
  public Estimate exp() {
    return new Estimate(at, interval).exp();
  }

  /** Whether the values show where the minimum is at all. */
  public boolean isKnown() {
    return Double.isFinite(interval.low()) && Double.isFinite(interval.high());
  }

  /** All v with (b + 2cv)² ≤ t² Var(b + 2cv): a quadratic in v. */
  static Interval fieller(
      double b,
      double c,
      double varianceOfB,
      double covariance,
      double varianceOfC,
      double t,
      double confidence) {
    double squared = t * t;
    double second = 4 * (c * c - squared * varianceOfC);
    double first = 4 * (b * c - squared * covariance);
    double zeroth = b * b - squared * varianceOfB;
    if (!(c > 0) || !(second > 0)) {
      return new Interval(Double.NEGATIVE_INFINITY, Double.POSITIVE_INFINITY, confidence);
    }
    double root = Math.sqrt(Math.max(0, first * first - 4 * second * zeroth));
    return new Interval((-first - root) / (2 * second), (-first + root) / (2 * second), confidence);
  }

  /** Student's t, or the normal distribution's z where the noise is given. */
  static double quantile(double degreesOfFreedom, double confidence) {
    double upper = (1 + confidence) / 2;
    return Double.isInfinite(degreesOfFreedom)
        ? new NormalDistribution().inverseCumulativeProbability(upper)
        : new TDistribution(degreesOfFreedom).inverseCumulativeProbability(upper);
  }
}
