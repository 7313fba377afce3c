package kleiber.estimate;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import kleiber.fit.Interval;

/**
 * Parabolas of one curvature, one for each group of values, whose minimum moves along a straight
 * line in some covariates: y = e_group + c x² + x (b₀ + Σ bⱼ zⱼ), with its minimum at x = −(b₀ + Σ
 * bⱼ zⱼ) / 2c. One linear least squares: groups too flat or too noisy to have a minimum of their
 * own still say where it should be. Intervals are Fieller's (1954), of the scatter about the
 * parabolas; where that hides the curvature, they have no ends and the minimum is not determined.
 *
 * @param curvature c with Student's interval
 * @param slopes how far the minimum moves for one unit of each covariate
 * @param values how many were fitted
 * @param degreesOfFreedom values less coefficients
 * @param scatter standard deviation of a value of weight one about its parabola
 */
public record MovingMinimum(
    Estimate curvature,
    List<Estimate> slopes,
    int values,
    int degreesOfFreedom,
    double scatter,
    Fitted fitted) {
  /**
   * The coefficients with their covariance, around the middle of the values.
   *
   * @param offsets of the groups
   * @param moving b₀, b₁, … and then c
   */
  public record Fitted(
      double x, double[] z, double[] offsets, double[] moving, double[][] covariance) {}

  /**
   * A value.
   *
   * @param group from 0
   * @param z covariates, as many in every value
   * @param weight 1 / variance of y up to a common factor
   */
  public record Value(int group, double x, double[] z, double y, double weight) {}

  /** Empty where the values do not determine the coefficients and their scatter. */
  public static Optional<MovingMinimum> fit(List<Value> values, double confidence) {
    if (values.isEmpty()) {
      return Optional.empty();
    }
    int groups = 1 + values.stream().mapToInt(Value::group).max().getAsInt();
    int covariates = values.get(0).z.length;
    double x = values.stream().mapToDouble(Value::x).average().getAsDouble();
    double[] z = new double[covariates];
    for (int j = 0; j < covariates; j++) {
      int index = j;
      z[j] = values.stream().mapToDouble(value -> value.z[index]).average().getAsDouble();
    }
    double[][] rows = new double[values.size()][groups + covariates + 2];
    for (int i = 0; i < rows.length; i++) {
      Value value = values.get(i);
      double away = value.x - x;
      rows[i][value.group] = 1;
      rows[i][groups] = away;
      for (int j = 0; j < covariates; j++) {
        rows[i][groups + 1 + j] = away * (value.z[j] - z[j]);
      }
      rows[i][groups + covariates + 1] = away * away;
    }
    return Regression.of(
            rows,
            values.stream().mapToDouble(Value::y).toArray(),
            values.stream().mapToDouble(Value::weight).toArray())
        .filter(fit -> fit.degreesOfFreedom() > 0)
        .map(fit -> of(fit, groups, x, z, confidence));
  }

  private static MovingMinimum of(
      Regression fit, int groups, double x, double[] z, double confidence) {
    int n = z.length + 2;
    double[] moving = Arrays.copyOfRange(fit.coefficients(), groups, groups + n);
    double[][] covariance = new double[n][n];
    for (int j = 0; j < n; j++) {
      for (int k = 0; k < n; k++) {
        covariance[j][k] = fit.variance() * fit.inverse()[groups + j][groups + k];
      }
    }
    double t = QuadraticMinimum.quantile(fit.degreesOfFreedom(), confidence);
    double c = moving[n - 1];
    double half = t * Math.sqrt(covariance[n - 1][n - 1]);
    List<Estimate> slopes = new ArrayList<>();
    for (int j = 1; j < n - 1; j++) {
      double[] only = new double[n];
      only[j] = 1;
      slopes.add(ratio(only, moving, covariance, t, confidence));
    }
    return new MovingMinimum(
        new Estimate(c, new Interval(c - half, c + half, confidence)),
        List.copyOf(slopes),
        fit.residuals().length,
        fit.degreesOfFreedom(),
        Math.sqrt(fit.variance()),
        new Fitted(x, z, Arrays.copyOf(fit.coefficients(), groups), moving, covariance));
  }

  /** Of −(w · b) / 2c. */
  private static Estimate ratio(
      double[] w, double[] moving, double[][] covariance, double t, double confidence) {
    int last = moving.length - 1;
    double b = 0;
    double varianceOfB = 0;
    double withC = 0;
    for (int j = 0; j < last; j++) {
      b += w[j] * moving[j];
      withC += w[j] * covariance[j][last];
      for (int k = 0; k < last; k++) {
        varianceOfB += w[j] * w[k] * covariance[j][k];
      }
    }
    return new Estimate(
        -b / (2 * moving[last]),
        QuadraticMinimum.fieller(
            b, moving[last], varianceOfB, withC, covariance[last][last], t, confidence));
  }

  /** Whether the values curve upward by more than their scatter. */
  public boolean isDetermined() {
    return curvature.interval().low() > 0;
  }

  /** The minimum at some covariates with its interval. */
  public Estimate at(double... z) {
    double confidence = curvature.interval().confidence();
    Estimate about =
        ratio(
            weights(z),
            fitted.moving,
            fitted.covariance,
            QuadraticMinimum.quantile(degreesOfFreedom, confidence),
            confidence);
    return new Estimate(
        fitted.x + about.value(),
        new Interval(
            fitted.x + about.interval().low(), fitted.x + about.interval().high(), confidence));
  }

  /** y of a group at the minimum that its covariates say. */
  public double lowest(int group, double... z) {
    double[] w = weights(z);
    double b = 0;
    for (int j = 0; j < w.length; j++) {
      b += w[j] * fitted.moving[j];
    }
    return fitted.offsets[group] - b * b / (4 * curvature.value());
  }

  private double[] weights(double[] z) {
    double[] w = new double[z.length + 1];
    w[0] = 1;
    for (int j = 0; j < z.length; j++) {
      w[j + 1] = z[j] - fitted.z[j];
    }
    return w;
  }
}
