package kleiber.estimate;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import kleiber.fit.Interval;
import org.apache.commons.math3.distribution.TDistribution;

/**
 * The mean of paired differences that come in clusters, such as the cases of one seed: alike within
 * a cluster, independent between clusters. The clusters' means are what the mean is taken over and
 * what its interval is made of (Student's t with one degree of freedom less than clusters), so that
 * further cases of the same cluster make no interval narrower than they should.
 *
 * @param mean of the clusters' means
 * @param interval of the mean; infinite for a single cluster, which says nothing of others
 * @param cases differences in all
 * @param clusters independent groups of them
 * @param intraclass correlation of the cases of a cluster, in [0, 1], by analysis of variance; NaN
 *     where no cluster has two cases or there is only one
 */
public record PairedDifferences(
    double mean, Interval interval, int cases, int clusters, double intraclass) {
  /**
   * @param byCluster the differences of each cluster
   * @param confidence of the interval
   * @throws IllegalArgumentException when there is no difference, or one is not finite
   */
  public static PairedDifferences of(Map<String, List<Double>> byCluster, double confidence) {
    Collection<List<Double>> clusters =
        byCluster.values().stream().filter(its -> !its.isEmpty()).toList();
    if (clusters.isEmpty()) {
      throw new IllegalArgumentException("There are no differences to take the mean of.");
    }
    int cases = clusters.stream().mapToInt(List::size).sum();
    if (!clusters.stream().flatMap(List::stream).allMatch(Double::isFinite)) {
      throw new IllegalArgumentException(
          "Of " + cases + " differences some are not finite; leave them out and say so.");
    }
    double[] means = clusters.stream().mapToDouble(PairedDifferences::mean).toArray();
    double mean = 0;
    for (double each : means) {
      mean += each / means.length;
    }
    double squares = 0;
    for (double each : means) {
      squares += (each - mean) * (each - mean);
    }
    int freedom = means.length - 1;
    double half =
        freedom == 0
            ? Double.POSITIVE_INFINITY
            : Math.sqrt(squares / freedom / means.length)
                * new TDistribution(freedom).inverseCumulativeProbability((1 + confidence) / 2);
    return new PairedDifferences(
        mean,
        new Interval(mean - half, mean + half, confidence),
        cases,
        means.length,
        intraclass(clusters, cases));
  }

  /**
   * How many independent cases would say as much: cases / (1 + (m − 1) ρ), with m of them in a
   * cluster (Kish 1965, section 5.4); the number of clusters where ρ is not known.
   */
  public double effectiveCases() {
    double each = (double) cases / clusters;
    return Double.isNaN(intraclass) ? clusters : cases / (1 + (each - 1) * intraclass);
  }

  /** Whether the interval lies on one side of zero. */
  public boolean differs() {
    return !interval.holds(0);
  }

  /** One-way analysis of variance (Donner 1986, eq. 2). */
  private static double intraclass(Collection<List<Double>> clusters, int cases) {
    int within = cases - clusters.size();
    int between = clusters.size() - 1;
    if (within == 0 || between == 0) {
      return Double.NaN;
    }
    double grand = clusters.stream().flatMap(List::stream).mapToDouble(x -> x).sum() / cases;
    double squaresWithin = 0;
    double squaresBetween = 0;
    double sizes = 0;
    for (List<Double> cluster : clusters) {
      double mean = mean(cluster);
      for (double each : cluster) {
        squaresWithin += (each - mean) * (each - mean);
      }
      squaresBetween += cluster.size() * (mean - grand) * (mean - grand);
      sizes += (double) cluster.size() * cluster.size();
    }
    double size = (cases - sizes / cases) / between;
    double meanBetween = squaresBetween / between;
    double meanWithin = squaresWithin / within;
    double all = meanBetween + (size - 1) * meanWithin;
    return all > 0 ? Math.max(0, (meanBetween - meanWithin) / all) : Double.NaN;
  }

  private static double mean(List<Double> values) {
    return values.stream().mapToDouble(x -> x).average().orElseThrow();
  }
}
