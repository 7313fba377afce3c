package kleiber.design;

import java.util.Arrays;
import java.util.List;
import kleiber.fit.BootstrappedLaw;
import kleiber.laws.Law;
import kleiber.laws.Parameter;
import kleiber.laws.Scale;

/**
 * What is believed of ln L at some scales, to first order: every scale is a row of deviations, and
 * the covariance of two scales is the product of their rows. A run that is observed moves all of
 * them, by the Kalman update in Potter's square-root form, which stays a covariance whatever is
 * rounded (Bierman 1977, <i>Factorization Methods for Discrete Sequential Estimation</i>, chapter
 * II).
 *
 * <p>What a run would teach is known before it is done, since a variance does not depend on the
 * losses measured (MacKay 1992; Cohn, Ghahramani and Jordan 1996).
 */
public final class Belief {
  /** Share of a parameter's range that it is believed to lie within, to either side. */
  private static final double SHARE_OF_RANGE = 0.25;

  /** [scale][deviation] */
  private final double[][] rows;

  private Belief(double[][] rows) {
    this.rows = rows;
  }

  /**
   * Before any run: a law near some constants, each known to a quarter of its range (of the
   * logarithm of its range, where that is positive), which is next to nothing.
   *
   * @param theta constants about which the law is taken for linear
   */
  public static Belief near(Law law, double[] theta, List<Scale> scales) {
    List<Parameter> parameters = law.parameters();
    double[] gradient = new double[theta.length];
    double[][] rows = new double[scales.size()][theta.length];
    for (int i = 0; i < rows.length; i++) {
      law.gradient(scales.get(i), theta, gradient);
      double loss = law.loss(scales.get(i), theta);
      for (int j = 0; j < theta.length; j++) {
        Parameter its = parameters.get(j);
        double range =
            its.low() > 0 ? theta[j] * Math.log(its.high() / its.low()) : its.high() - its.low();
        rows[i][j] = gradient[j] / loss * SHARE_OF_RANGE * range;
      }
    }
    return new Belief(rows);
  }

  /**
   * After some runs: a fitted law with what it might have been.
   *
   * @param bootstrapped its resamples are the deviations
   */
  public static Belief of(BootstrappedLaw bootstrapped, List<Scale> scales) {
    double[][] thetas = bootstrapped.thetas();
    Law law = bootstrapped.fitted().law();
    double[][] rows = new double[scales.size()][thetas.length];
    for (int i = 0; i < rows.length; i++) {
      Scale at = scales.get(i);
      double[] row =
          Arrays.stream(thetas).mapToDouble(theta -> Math.log(law.loss(at, theta))).toArray();
      double mean = Arrays.stream(row).average().orElseThrow();
      for (int draw = 0; draw < row.length; draw++) {
        rows[i][draw] = (row[draw] - mean) / Math.sqrt(row.length - 1.0);
      }
    }
    return new Belief(rows);
  }

  /** Variance of ln L at a scale. */
  public double variance(int scale) {
    return product(rows[scale], rows[scale]);
  }

  /**
   * How much less the variance at one scale would be if a run at another were done.
   *
   * @param noise standard deviation of ln L from run to run
   */
  public double drop(int target, int run, double noise) {
    double covariance = product(rows[target], rows[run]);
    return covariance * covariance / (variance(run) + noise * noise);
  }

  /**
   * What will be believed once a run at a scale is done.
   *
   * @param noise standard deviation of ln L from run to run
   */
  public Belief with(int run, double noise) {
    double[] seen = rows[run];
    double total = product(seen, seen) + noise * noise;
    double gain = 1 / (total + noise * Math.sqrt(total));
    double[][] updated = new double[rows.length][];
    for (int i = 0; i < rows.length; i++) {
      double share = gain * product(rows[i], seen);
      updated[i] = rows[i].clone();
      for (int k = 0; k < seen.length; k++) {
        updated[i][k] -= share * seen[k];
      }
    }
    return new Belief(updated);
  }

  private static double product(double[] a, double[] b) {
    double sum = 0;
    for (int k = 0; k < a.length; k++) {
      sum += a[k] * b[k];
    }
    return sum;
  }
}
