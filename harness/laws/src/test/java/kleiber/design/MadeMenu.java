package kleiber.design;

import java.util.ArrayList;
import java.util.List;
import kleiber.laws.Observation;
import kleiber.laws.Scale;

/** Runs to choose from: sizes by token counts, priced by their FLOPs. */
final class MadeMenu {
  static final double[] THETA = {1.8, 20, 0.3, 60, 0.32};
  static final Scale TARGET = Scale.of(2e6, 6e7);

  private MadeMenu() {}

  static Candidates of(int sizes, int counts) {
    List<Scale> runs = new ArrayList<>();
    for (int i = 0; i < sizes; i++) {
      for (int j = 0; j < counts; j++) {
        runs.add(Scale.of(2e4 * Math.pow(2, i), 1e6 * Math.pow(2, j)));
      }
    }
    double[] costs = runs.stream().mapToDouble(Scale::flops).toArray();
    return new Candidates(runs, costs, List.of(TARGET));
  }

  static double total(Candidates candidates) {
    double sum = 0;
    for (double cost : candidates.costs()) {
      sum += cost;
    }
    return sum;
  }

  static List<Observation> rows(List<Scale> scales) {
    List<Observation> rows = new ArrayList<>();
    for (Scale at : scales) {
      String run = "run-" + rows.size();
      rows.add(new Observation(run, run, "made", 1, at, null, 1, Double.NaN));
    }
    return rows;
  }
}
