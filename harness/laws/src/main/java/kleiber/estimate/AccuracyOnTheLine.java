package kleiber.estimate;

import java.util.Arrays;
import org.apache.commons.math3.distribution.NormalDistribution;

/**
 * Accuracy on a shifted distribution against accuracy on the usual one: a straight line when both
 * are written as normal quantiles, probit(OOD) = k + p probit(ID). A model far above the line is
 * robust beyond its accuracy.
 *
 * <p>Miller et al. 2021, <i>Accuracy on the Line</i> (arXiv:2107.04649), section 2.
 *
 * @param intercept k
 * @param slope p
 * @param deviation of a model from the line, in probit
 */
public record AccuracyOnTheLine(double intercept, double slope, double deviation) {
  private static final NormalDistribution NORMAL = new NormalDistribution();

  /**
   * @param usual accuracy of each model on the usual distribution, in (0, 1)
   * @param shifted accuracy of each on the shifted one
   * @throws IllegalArgumentException for fewer than three models or an accuracy of 0 or 1
   */
  public static AccuracyOnTheLine fit(double[] usual, double[] shifted) {
    double[] x = probit(usual);
    double[] y = probit(shifted);
    if (x.length != y.length || x.length < 3) {
      throw new IllegalArgumentException(
          "A line needs at least three models with both accuracies, but was given "
              + x.length
              + " and "
              + y.length);
    }
    double[][] rows =
        Arrays.stream(x).mapToObj(value -> new double[] {1, value}).toArray(double[][]::new);
    Regression line =
        Regression.of(rows, y, Regression.equal(x.length))
            .orElseThrow(
                () -> new IllegalArgumentException("All models have the same usual accuracy."));
    return new AccuracyOnTheLine(
        line.coefficients()[0], line.coefficients()[1], Math.sqrt(line.variance()));
  }

  /** Shifted accuracy that goes with a usual one. */
  public double at(double usual) {
    return NORMAL.cumulativeProbability(intercept + slope * probit(usual));
  }

  /** How far above the line a model lies, in units of accuracy. */
  public double effectiveRobustness(double usual, double shifted) {
    return shifted - at(usual);
  }

  private static double[] probit(double[] accuracies) {
    return Arrays.stream(accuracies).map(AccuracyOnTheLine::probit).toArray();
  }

  private static double probit(double accuracy) {
    if (!(accuracy > 0 && accuracy < 1)) {
      throw new IllegalArgumentException(
          "An accuracy of " + accuracy + " has no normal quantile: it must lie in (0, 1).");
    }
    return NORMAL.inverseCumulativeProbability(accuracy);
  }
}
