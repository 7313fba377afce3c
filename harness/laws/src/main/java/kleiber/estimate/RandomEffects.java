package kleiber.estimate;

import java.util.Arrays;
import kleiber.fit.Interval;
import org.apache.commons.math3.distribution.ChiSquaredDistribution;
import org.apache.commons.math3.distribution.TDistribution;

/**
 * One exponent out of many studies that each measured their own: studies scatter around the mean
 * with variance τ² beside their own errors. τ² by restricted maximum likelihood (Viechtbauer 2005),
 * the interval of the mean by Knapp and Hartung (2003), with their factor never below one.
 *
 * @param mean over studies, each weighted by 1 / (standard error² + τ²)
 * @param standardError of the mean, Knapp and Hartung's
 * @param tauSquared variance between studies
 * @param iSquared share of the variance of a typical study that lies between studies (Higgins and
 *     Thompson 2002), in [0, 1]
 * @param q Cochran's Q
 * @param pHomogeneous chance of such a Q or a larger one if all studies measured one number
 * @param studies how many
 */
public record RandomEffects(
    double mean,
    double standardError,
    double tauSquared,
    double iSquared,
    double q,
    double pHomogeneous,
    int studies) {
  private static final int ITERATIONS = 1000;
  private static final double SETTLED = 1e-12;

  /**
   * @param values what each study found
   * @param standardErrors of each
   * @throws IllegalArgumentException for fewer than three studies or a standard error that is not
   *     positive
   */
  public static RandomEffects pool(double[] values, double[] standardErrors) {
    int k = values.length;
    if (k < 3 || standardErrors.length != k) {
      throw new IllegalArgumentException(
          "Pooling needs at least three studies, each with a standard error, but was given "
              + k
              + " values and "
              + standardErrors.length
              + " standard errors.");
    }
    for (int i = 0; i < k; i++) {
      if (!(standardErrors[i] > 0) || !Double.isFinite(standardErrors[i] + values[i])) {
        throw new IllegalArgumentException(
            "Study "
                + (i + 1)
                + " says "
                + values[i]
                + " with standard error "
                + standardErrors[i]
                + ", but both must be finite and the error positive.");
      }
    }
    double[] variances = Arrays.stream(standardErrors).map(se -> se * se).toArray();
    double[] fixed = weights(variances, 0);
    double q = squares(values, fixed, mean(values, fixed));
    double sum = Arrays.stream(fixed).sum();
    double typical = (k - 1) * sum / (sum * sum - Arrays.stream(fixed).map(w -> w * w).sum());
    double tauSquared = restrictedMaximumLikelihood(values, variances);
    double[] weights = weights(variances, tauSquared);
    double mean = mean(values, weights);
    double factor = Math.max(1, squares(values, weights, mean) / (k - 1));
    double standardError = Math.sqrt(factor / Arrays.stream(weights).sum());
    return new RandomEffects(
        mean,
        standardError,
        tauSquared,
        tauSquared / (tauSquared + typical),
        q,
        1 - new ChiSquaredDistribution(k - 1).cumulativeProbability(q),
        k);
  }

  /** Of the mean over studies. */
  public Interval interval(double confidence) {
    return around(standardError, studies - 1, confidence);
  }

  /** Of what one more study would find, but for its own error (Higgins et al. 2009). */
  public Interval prediction(double confidence) {
    double deviation = Math.sqrt(tauSquared + standardError * standardError);
    return around(deviation, Math.max(1, studies - 2), confidence);
  }

  private Interval around(double deviation, int degreesOfFreedom, double confidence) {
    double half =
        deviation
            * new TDistribution(degreesOfFreedom)
                .inverseCumulativeProbability((1 + confidence) / 2);
    return new Interval(mean - half, mean + half, confidence);
  }

  /** DerSimonian and Laird's (1986) τ², by moments: closed, and the start of the iteration. */
  static double dersimonianLaird(double[] values, double[] variances) {
    double[] w = weights(variances, 0);
    double sum = Arrays.stream(w).sum();
    double squares = Arrays.stream(w).map(x -> x * x).sum();
    double q = squares(values, w, mean(values, w));
    return Math.max(0, (q - (values.length - 1)) / (sum - squares / sum));
  }

  /** Fisher scoring (Viechtbauer 2005). */
  private static double restrictedMaximumLikelihood(double[] values, double[] variances) {
    double tauSquared = dersimonianLaird(values, variances);
    for (int iteration = 0; iteration < ITERATIONS; iteration++) {
      double[] w = weights(variances, tauSquared);
      double mean = mean(values, w);
      double sum = Arrays.stream(w).sum();
      double top = 0;
      double bottom = 0;
      for (int i = 0; i < values.length; i++) {
        double residual = values[i] - mean;
        top += w[i] * w[i] * (residual * residual - variances[i]);
        bottom += w[i] * w[i];
      }
      double next = Math.max(0, top / bottom + 1 / sum);
      double moved = Math.abs(next - tauSquared);
      tauSquared = next;
      if (moved <= SETTLED * tauSquared) {
        break;
      }
    }
    return tauSquared;
  }

  private static double[] weights(double[] variances, double tauSquared) {
    return Arrays.stream(variances).map(v -> 1 / (v + tauSquared)).toArray();
  }

  private static double mean(double[] values, double[] weights) {
    double sum = 0;
    for (int i = 0; i < values.length; i++) {
      sum += weights[i] * values[i];
    }
    return sum / Arrays.stream(weights).sum();
  }

  private static double squares(double[] values, double[] weights, double mean) {
    double sum = 0;
    for (int i = 0; i < values.length; i++) {
      sum += weights[i] * (values[i] - mean) * (values[i] - mean);
    }
    return sum;
  }
}
