package kleiber.experiment;

import java.util.Collection;
import java.util.List;
import java.util.function.Predicate;

/**
 * Whether a rule gave the learning rate that the runs want: probes at other rates beside runs at
 * the rule's, and the vertex of the losses between them.
 */
public record RateCheck() implements StudyPlan {
  /** Rates that a parabola takes. */
  public static final int LEAST_RATES = 3;

  /** What runs may differ in that are set beside one another. */
  public static final List<String> VARIES = List.of("optimizer.learningRate", "seed");

  @Override
  public void check(PlannedGrid grid) {
    if (grid.runs().stream().noneMatch(Run::probe)) {
      throw new IllegalArgumentException(
          "it reads probes at other learning rates than the rule's, and the file has no probes");
    }
    Collection<List<Run>> cells = grid.alike(grid.runs(), VARIES);
    if (cells.stream().noneMatch(RateCheck::tells)) {
      throw new IllegalArgumentException(
          "it takes a cell of the grid with probes at two other learning rates of the same seed,"
              + " all other settings alike; the file has none");
    }
  }

  /** Whether runs of a seed, the grid's at one rate, have rates enough. */
  private static boolean tells(List<Run> cell) {
    return rates(cell, run -> !run.probe()) == 1
        && cell.stream()
            .filter(run -> !run.probe())
            .map(run -> run.spec().seed())
            .anyMatch(seed -> rates(cell, run -> run.spec().seed() == seed) >= LEAST_RATES);
  }

  private static long rates(List<Run> cell, Predicate<Run> which) {
    return cell.stream()
        .filter(which)
        .mapToDouble(run -> run.spec().optimizer().learningRate())
        .distinct()
        .count();
  }
}
