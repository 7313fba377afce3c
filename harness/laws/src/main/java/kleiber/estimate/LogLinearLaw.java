package kleiber.estimate;

import java.util.Arrays;
import kleiber.fit.Interval;
import org.apache.commons.math3.distribution.TDistribution;

/**
 * y = k x₁^p₁ x₂^p₂ …, a straight line (or plane) in logarithms, by weighted least squares: how an
 * optimum measured at several scales is carried to another.
 *
 * @param coefficients ln k, then the exponents
 * @param covariance of the coefficients
 * @param degreesOfFreedom points less coefficients; at 0 nothing is known about the noise, and
 *     intervals are infinite
 * @param rSquared share of the (weighted) variance of ln y that the law explains
 */
public record LogLinearLaw(
    double[] coefficients, double[][] covariance, int degreesOfFreedom, double rSquared) {
  /** Distance in ln x below which two points are at the same place. */
  private static final double ROUNDING = 1e-9;

  /**
   * @param y one positive value for each point
   * @param x for each factor its positive values, in the order of y
   * @throws IllegalArgumentException when a value is not positive, or when the points do not
   *     determine the exponents
   */
  public static LogLinearLaw fit(double[] y, double[]... x) {
    return weighted(Regression.equal(y.length), y, x);
  }

  /**
   * The same with weights, 1/variance of each ln y up to a common factor.
   *
   * @throws IllegalArgumentException as {@link #fit}
   */
  public static LogLinearLaw weighted(double[] weights, double[] y, double[]... x) {
    double[] lnY = logarithms(y, "y", y.length);
    double total = Arrays.stream(weights).sum();
    double[] centre = new double[x.length];
    double[][] rows = new double[y.length][x.length + 1];
    for (int j = 0; j < x.length; j++) {
      double[] lnX = logarithms(x[j], "x" + (j + 1), y.length);
      for (int i = 0; i < y.length; i++) {
        centre[j] += weights[i] / total * lnX[i];
      }
      for (int i = 0; i < y.length; i++) {
        rows[i][0] = 1;
        double away = lnX[i] - centre[j];
        rows[i][j + 1] = Math.abs(away) > ROUNDING ? away : 0;
      }
    }
    Regression line =
        Regression.of(rows, lnY, weights)
            .orElseThrow(
                () ->
                    new IllegalArgumentException(
                        y.length
                            + " points do not determine the "
                            + x.length
                            + " exponents of a power law: it needs more points than exponents, at"
                            + " scales that vary independently."));
    double[] coefficients = line.coefficients();
    double mean = coefficients[0];
    double squares = 0;
    double left = 0;
    for (int i = 0; i < y.length; i++) {
      squares += weights[i] * (lnY[i] - mean) * (lnY[i] - mean);
      left += weights[i] * line.residuals()[i] * line.residuals()[i];
    }
    return uncentred(line, centre, squares > 0 ? 1 - left / squares : 1);
  }

  /** Moves the intercept from the centre of the points to x = 1, with its covariance. */
  private static LogLinearLaw uncentred(Regression line, double[] centre, double rSquared) {
    int n = centre.length + 1;
    double[] coefficients = line.coefficients().clone();
    double[] intercept = new double[n];
    intercept[0] = 1;
    for (int j = 1; j < n; j++) {
      intercept[j] = -centre[j - 1];
      coefficients[0] -= centre[j - 1] * coefficients[j];
    }
    double[][] covariance = new double[n][n];
    for (int j = 0; j < n; j++) {
      for (int k = 0; k < n; k++) {
        covariance[j][k] = line.variance() * line.inverse()[j][k];
      }
    }
    double[] row = times(covariance, intercept);
    covariance[0][0] = dot(intercept, row);
    for (int j = 1; j < n; j++) {
      covariance[0][j] = row[j];
      covariance[j][0] = row[j];
    }
    return new LogLinearLaw(coefficients, covariance, line.degreesOfFreedom(), rSquared);
  }

  /** k, the value at x = 1. */
  public double factor() {
    return Math.exp(coefficients[0]);
  }

  /** The exponent of the j-th factor, from 0. */
  public double exponent(int j) {
    return coefficients[j + 1];
  }

  /** The exponent of the j-th factor, from 0, with Student's interval. */
  public Estimate exponent(int j, double confidence) {
    double half = half(covariance[j + 1][j + 1], confidence);
    double value = exponent(j);
    return new Estimate(value, new Interval(value - half, value + half, confidence));
  }

  public double at(double... x) {
    return Math.exp(dot(coefficients, place(x)));
  }

  /** The law's value (not that of one more point, which scatters around it) with its interval. */
  public Estimate at(double confidence, double[] x) {
    double[] place = place(x);
    double ln = dot(coefficients, place);
    double half = half(dot(place, times(covariance, place)), confidence);
    return new Estimate(
        Math.exp(ln), new Interval(Math.exp(ln - half), Math.exp(ln + half), confidence));
  }

  private double half(double variance, double confidence) {
    return degreesOfFreedom == 0
        ? Double.POSITIVE_INFINITY
        : Math.sqrt(variance)
            * new TDistribution(degreesOfFreedom)
                .inverseCumulativeProbability((1 + confidence) / 2);
  }

  private static double[] place(double[] x) {
    double[] place = new double[x.length + 1];
    place[0] = 1;
    for (int j = 0; j < x.length; j++) {
      place[j + 1] = Math.log(x[j]);
    }
    return place;
  }

  private static double[] logarithms(double[] values, String name, int expected) {
    if (values.length != expected) {
      throw new IllegalArgumentException(
          name + " has " + values.length + " values but y has " + expected);
    }
    return Arrays.stream(values)
        .map(
            value -> {
              if (!(value > 0) || Double.isInfinite(value)) {
                throw new IllegalArgumentException(
                    name + " holds " + value + " but a power law needs positive finite values");
              }
              return Math.log(value);
            })
        .toArray();
  }

  private static double[] times(double[][] matrix, double[] vector) {
    return Arrays.stream(matrix).mapToDouble(row -> dot(row, vector)).toArray();
  }

  private static double dot(double[] a, double[] b) {
    double sum = 0;
    for (int j = 0; j < a.length; j++) {
      sum += a[j] * b[j];
    }
    return sum;
  }
}
