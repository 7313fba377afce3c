package kleiber.design;

import java.util.ArrayList;
import java.util.List;
import kleiber.laws.Scale;

/**
 * Runs that could be done, and what they are to tell of.
 *
 * @param runs where each run would end
 * @param costs of each run, in any one unit
 * @param targets scales whose losses are to be foretold
 */
public record Candidates(List<Scale> runs, double[] costs, List<Scale> targets) {
  public Candidates {
    runs = List.copyOf(runs);
    targets = List.copyOf(targets);
    if (runs.size() != costs.length) {
      throw new IllegalArgumentException(
          runs.size() + " runs have " + costs.length + " costs; give each run one.");
    }
    if (targets.isEmpty()) {
      throw new IllegalArgumentException("There is no target, so no run is of any use.");
    }
    for (double cost : costs) {
      if (!(cost > 0) || Double.isInfinite(cost)) {
        throw new IllegalArgumentException("A run costs " + cost + " but must cost something.");
      }
    }
  }

  /** Runs and then targets. */
  List<Scale> scales() {
    List<Scale> all = new ArrayList<>(runs);
    all.addAll(targets);
    return all;
  }
}
