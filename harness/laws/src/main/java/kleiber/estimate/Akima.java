package kleiber.estimate;

/**
 * Akima's interpolation: a piecewise cubic whose slope at each point is a mean of the slopes beside
 * it, weighted towards the side that bends less, so one odd point disturbs only its neighbours. Two
 * slopes are continued beyond each end. Where both sides bend alike the mean is that of the slopes
 * two steps away.
 *
 * <p>Akima 1970, <i>A New Method of Interpolation and Smooth Curve Fitting</i>, J. ACM 17.
 */
final class Akima {
  /** Share of the largest bend below which a bend counts as none. */
  private static final double STRAIGHT = 1e-9;

  private final double[] x;
  private final double[] y;
  private final double[] slope;

  /**
   * @param x ascending, at least three
   */
  Akima(double[] x, double[] y) {
    this.x = x;
    this.y = y;
    int n = x.length;
    double[] m = new double[n + 3];
    for (int i = 0; i < n - 1; i++) {
      m[i + 2] = (y[i + 1] - y[i]) / (x[i + 1] - x[i]);
    }
    m[1] = 2 * m[2] - m[3];
    m[0] = 2 * m[1] - m[2];
    m[n + 1] = 2 * m[n] - m[n - 1];
    m[n + 2] = 2 * m[n + 1] - m[n];
    double[] bend = new double[n + 2];
    double largest = 0;
    for (int i = 0; i < n + 2; i++) {
      bend[i] = Math.abs(m[i + 1] - m[i]);
    }
    for (int i = 0; i < n; i++) {
      largest = Math.max(largest, bend[i] + bend[i + 2]);
    }
    slope = new double[n];
    for (int i = 0; i < n; i++) {
      double both = bend[i] + bend[i + 2];
      slope[i] =
          both > STRAIGHT * largest
              ? (bend[i + 2] * m[i + 1] + bend[i] * m[i + 2]) / both
              : (m[i] + m[i + 3]) / 2;
    }
  }

  /** The value on piece {@code i}, between points i and i + 1. */
  double at(int i, double value) {
    double width = x[i + 1] - x[i];
    double t = value - x[i];
    double chord = (y[i + 1] - y[i]) / width;
    double quadratic = (3 * chord - 2 * slope[i] - slope[i + 1]) / width;
    double cubic = (slope[i] + slope[i + 1] - 2 * chord) / (width * width);
    return y[i] + t * (slope[i] + t * (quadratic + t * cubic));
  }
}
