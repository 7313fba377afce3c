package kleiber.estimate;

import java.util.Collection;
import java.util.List;
import kleiber.fit.Interval;
import org.apache.commons.math3.distribution.FDistribution;
import org.apache.commons.math3.distribution.TDistribution;

/**
 * How much values scatter that should be one, such as the same difference with other seeds: pooled
 * over cells of such values. Two seeds of one cell tell it with a single degree of freedom, and an
 * interval of theirs alone is wider than anything it could be of; ten such cells tell it with ten,
 * for cells of one value too. That the noise is the same in every cell is supposed.
 *
 * @param deviation of one value, standard deviation within cells; NaN where no cell has two values
 * @param degreesOfFreedom values less cells, of clusters of cells less; 0 where no cell has two
 *     values
 */
public record PooledNoise(double deviation, int degreesOfFreedom) {
  /**
   * Of the values of every cell; cells of one value tell nothing of it and are passed over.
   *
   * @throws IllegalArgumentException when a value is not finite
   */
  public static PooledNoise of(Collection<? extends Collection<Double>> cells) {
    return ofClusters(cells.stream().map(List::of).toList());
  }

  /**
   * The same of cells in clusters that share their noise, such as lengths of one trunk: all cells
   * tell its size, but a cluster counts with the degrees of freedom of one cell, that of most
   * values, as if its cells scattered as one.
   *
   * @throws IllegalArgumentException when a value is not finite
   */
  public static PooledNoise ofClusters(
      Collection<? extends Collection<? extends Collection<Double>>> clusters) {
    double squares = 0;
    int within = 0;
    int freedom = 0;
    for (Collection<? extends Collection<Double>> cluster : clusters) {
      int most = 0;
      for (Collection<Double> cell : cluster) {
        double mean = mean(cell);
        for (double value : cell) {
          squares += (value - mean) * (value - mean);
        }
        within += cell.size() - 1;
        most = Math.max(most, cell.size() - 1);
      }
      freedom += most;
    }
    return new PooledNoise(freedom == 0 ? Double.NaN : Math.sqrt(squares / within), freedom);
  }

  /** Whether any cell told it. */
  public boolean isKnown() {
    return degreesOfFreedom > 0;
  }

  /**
   * Whether this noise and that of other cells may be one: Fisher’s test of the ratio of their
   * variances, from both sides.
   */
  public boolean mayBe(PooledNoise other, double confidence) {
    if (!isKnown() || !other.isKnown() || deviation == other.deviation) {
      return true;
    }
    double ratio = Math.pow(deviation / other.deviation, 2);
    double below =
        new FDistribution(degreesOfFreedom, other.degreesOfFreedom).cumulativeProbability(ratio);
    return Math.abs(2 * below - 1) <= confidence;
  }

  /** By how much a single value may lie off its truth; infinite where the noise is not known. */
  public double reach(double confidence) {
    return half(1, confidence);
  }

  /** The mean of a cell's values; its interval is infinite where the noise is not known. */
  public Estimate mean(Collection<Double> cell, double confidence) {
    return meanOfCells(List.of(cell), confidence);
  }

  /** The mean of the means of cells. */
  public Estimate meanOfCells(Collection<? extends Collection<Double>> cells, double confidence) {
    return estimate(meanOf(cells), variance(cells), confidence);
  }

  /** The mean of the means of cells less that of other cells. */
  public Estimate difference(
      Collection<? extends Collection<Double>> cells,
      Collection<? extends Collection<Double>> others,
      double confidence) {
    return estimate(meanOf(cells) - meanOf(others), variance(cells) + variance(others), confidence);
  }

  private static double meanOf(Collection<? extends Collection<Double>> cells) {
    return cells.stream().mapToDouble(PooledNoise::mean).average().orElseThrow();
  }

  /** That of the mean of the means of cells, in those of one value. */
  private static double variance(Collection<? extends Collection<Double>> cells) {
    return cells.stream().mapToDouble(cell -> 1.0 / cell.size()).sum()
        / cells.size()
        / cells.size();
  }

  private Estimate estimate(double mean, double variance, double confidence) {
    double half = half(variance, confidence);
    return new Estimate(mean, new Interval(mean - half, mean + half, confidence));
  }

  /**
   * @param variance of what the interval is of, in those of one value
   */
  private double half(double variance, double confidence) {
    return isKnown()
        ? Math.sqrt(variance)
            * deviation
            * new TDistribution(degreesOfFreedom).inverseCumulativeProbability((1 + confidence) / 2)
        : Double.POSITIVE_INFINITY;
  }

  private static double mean(Collection<Double> cell) {
    double mean = cell.stream().mapToDouble(value -> value).average().orElseThrow();
    if (!Double.isFinite(mean)) {
      throw new IllegalArgumentException(
          "Of %d values some are not finite; leave them out and say so.".formatted(cell.size()));
    }
    return mean;
  }
}
