package kleiber.observe;

import java.util.ArrayList;
import java.util.List;
import kleiber.laws.Observation;

/**
 * No more rows than fit a bound, drawn from a stream of any length: those of all clusters whose
 * hash lies below a threshold, which is halved whenever the rows are too many. Equal rows give an
 * equal sample, in any order of clusters.
 */
final class ClusterSample {
  private static final long FNV_OFFSET = 0xcbf29ce484222325L;
  private static final long FNV_PRIME = 0x100000001b3L;

  private final int most;
  private final List<Observation> rows = new ArrayList<>();
  private long threshold = Long.MAX_VALUE;

  ClusterSample(int most) {
    this.most = most;
  }

  void add(Observation row) {
    if (place(row) <= threshold) {
      rows.add(row);
      while (rows.size() > most) {
        threshold /= 2;
        rows.removeIf(kept -> place(kept) > threshold);
      }
    }
  }

  List<Observation> rows() {
    return rows;
  }

  /** Where a row's cluster lies among all, uniform over the numbers that are not negative. */
  private static long place(Observation row) {
    long hash = FNV_OFFSET;
    String cluster = row.cluster();
    for (int i = 0; i < cluster.length(); i++) {
      hash = (hash ^ cluster.charAt(i)) * FNV_PRIME;
    }
    hash = (hash ^ hash >>> 30) * 0xbf58476d1ce4e5b9L; // SplitMix64: spreads it over all bits
    hash = (hash ^ hash >>> 27) * 0x94d049bb133111ebL;
    return (hash ^ hash >>> 31) >>> 1;
  }
}
