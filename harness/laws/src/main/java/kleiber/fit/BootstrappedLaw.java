package kleiber.fit;

import java.util.Arrays;
import java.util.List;
import kleiber.laws.Observation;
import kleiber.laws.Scale;
import org.apache.commons.math3.distribution.NormalDistribution;
import org.apache.commons.math3.distribution.TDistribution;

/**
 * A fitted law with what it might have been on other runs.
 *
 * @param fitted the fit to all observations
 * @param fitter what fitted it
 * @param observations the rows it was fitted to
 * @param clusters number of clusters that the rows come from
 * @param thetas the parameters of every resample, in the order of the law's parameters
 */
public record BootstrappedLaw(
    FittedLaw fitted,
    LawFitter fitter,
    List<Observation> observations,
    int clusters,
    double[][] thetas) {
  private static final NormalDistribution NORMAL = new NormalDistribution();

  public BootstrappedLaw {
    observations = List.copyOf(observations);
  }

  /**
   * Where a parameter lies, by the percentiles of the resamples.
   *
   * @param index into the law's parameters
   * @param confidence such as 0.9
   */
  public Interval parameter(int index, double confidence) {
    checkConfidence(confidence);
    double[] values = Arrays.stream(thetas).mapToDouble(theta -> theta[index]).sorted().toArray();
    double tail = (1 - confidence) / 2;
    return new Interval(quantile(values, tail), quantile(values, 1 - tail), confidence);
  }

  /**
   * Where the measured loss of one new run lies: uncertainty of the parameters and noise from run
   * to run together.
   *
   * @param at scale of the new run
   * @param confidence such as 0.9
   */
  public Interval prediction(Scale at, double confidence) {
    checkConfidence(confidence);
    double centre = Math.log(fitted.loss(at));
    double[] shifts =
        Arrays.stream(thetas)
            .mapToDouble(theta -> Math.log(fitted.law().loss(at, theta)) - centre)
            .toArray();
    double tail = (1 - confidence) / 2;
    double stretch =
        new TDistribution(degreesOfFreedom()).inverseCumulativeProbability(tail)
            / NORMAL.inverseCumulativeProbability(tail);
    return new Interval(
        Math.exp(centre + stretch * blurredQuantile(shifts, tail)),
        Math.exp(centre + stretch * blurredQuantile(shifts, 1 - tail)),
        confidence);
  }

  /** Clusters less parameters, at least one: what the noise is measured with. */
  public int degreesOfFreedom() {
    return Math.max(1, clusters - fitted.theta().length);
  }

  /**
   * Standard deviation of ln L from run to run: of the residuals, corrected for what the parameters
   * took from them.
   */
  public double noise() {
    double squares = 0;
    for (Observation row : observations) {
      double residual = Math.log(fitted.loss(row.at()) / row.loss());
      squares += residual * residual;
    }
    return Math.sqrt(squares / observations.size() * clusters / degreesOfFreedom());
  }

  /** Quantile of a shift drawn at random plus normal noise. */
  private double blurredQuantile(double[] shifts, double probability) {
    double noise = noise();
    double low = Arrays.stream(shifts).min().getAsDouble() - 8 * noise;
    double high = Arrays.stream(shifts).max().getAsDouble() + 8 * noise;
    for (int halving = 0; halving < 60; halving++) {
      double middle = (low + high) / 2;
      double below = 0;
      for (double shift : shifts) {
        below += NORMAL.cumulativeProbability((middle - shift) / noise);
      }
      if (below < probability * shifts.length) {
        low = middle;
      } else {
        high = middle;
      }
    }
    return (low + high) / 2;
  }

  private static double quantile(double[] sorted, double probability) {
    double position = probability * (sorted.length - 1);
    int below = (int) position;
    int above = Math.min(below + 1, sorted.length - 1);
    return sorted[below] + (position - below) * (sorted[above] - sorted[below]);
  }

  private static void checkConfidence(double confidence) {
    if (!(confidence > 0 && confidence < 1)) {
      throw new IllegalArgumentException("confidence is " + confidence + " but must be in (0, 1)");
    }
  }
}
