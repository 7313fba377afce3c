package kleiber.fit;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import kleiber.laws.Observation;

/** The compute frontier: rows that no row of less or equal compute beats. */
public final class Frontier {
  private Frontier() {}

  public static List<Observation> of(List<Observation> observations) {
    Comparator<Observation> byFlops = Comparator.comparingDouble(row -> row.at().flops());
    List<Observation> frontier = new ArrayList<>();
    double lowest = Double.POSITIVE_INFINITY;
    for (Observation row :
        observations.stream().sorted(byFlops.thenComparingDouble(Observation::loss)).toList()) {
      if (row.loss() < lowest) {
        frontier.add(row);
        lowest = row.loss();
      }
    }
    return frontier;
  }
}
