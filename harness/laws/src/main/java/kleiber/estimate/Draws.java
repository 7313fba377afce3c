package kleiber.estimate;

import java.util.Arrays;
import kleiber.fit.Interval;
import kleiber.fit.Quantile;
import org.apache.commons.math3.distribution.NormalDistribution;
import org.apache.commons.math3.distribution.TDistribution;

/** Intervals out of what an estimator gave on resamples. */
final class Draws {
  private Draws() {}

  /**
   * Percentiles of the draws, stretched around the estimate as Student's t is wider than the normal
   * distribution.
   *
   * @param degreesOfFreedom what the noise was measured with; infinite where it was known
   */
  static Interval interval(
      double estimate, double[] draws, double degreesOfFreedom, double confidence) {
    if (!(confidence > 0 && confidence < 1)) {
      throw new IllegalArgumentException("confidence is " + confidence + " but must be in (0, 1)");
    }
    double[] sorted = draws.clone();
    Arrays.sort(sorted);
    double tail = (1 - confidence) / 2;
    double stretch =
        Double.isInfinite(degreesOfFreedom)
            ? 1
            : new TDistribution(degreesOfFreedom).inverseCumulativeProbability(tail)
                / new NormalDistribution().inverseCumulativeProbability(tail);
    return new Interval(
        estimate + stretch * (Quantile.of(sorted, tail) - estimate),
        estimate + stretch * (Quantile.of(sorted, 1 - tail) - estimate),
        confidence);
  }

  static double median(double[] values) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    return Quantile.of(sorted, 0.5);
  }

  static void requireEnough(int draws) {
    if (draws < 20) {
      throw new IllegalArgumentException(
          "There are " + draws + " draws but an interval needs at least 20; 1000 is usual.");
    }
  }
}
