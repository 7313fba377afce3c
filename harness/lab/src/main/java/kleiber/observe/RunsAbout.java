package kleiber.observe;

import java.util.ArrayList;
import java.util.List;
import java.util.function.ToDoubleFunction;
import kleiber.estimate.Recipe;
import kleiber.laws.Law;
import kleiber.laws.Observation;
import kleiber.laws.Scale;

/** Whether the runs that a law was fitted to lie about the place at which it is asked. */
final class RunsAbout {
  /** As far beyond the last of them is still among them: sizes and steps are whole. */
  private static final double ROUNDING = 0.01;

  private RunsAbout() {}

  /**
   * What a run of a compute is that no run of the recipe is, on the axes that its law reads, such
   * as {@code longer}; none where it lies among them.
   */
  static List<String> beyond(Recipe recipe, double flops) {
    Law law = recipe.fitted().law();
    Scale at = recipe.path().at(flops);
    List<Scale> runs = recipe.rows().stream().map(Observation::at).toList();
    List<String> beyond = new ArrayList<>();
    if (LossTable.reads(law, Columns.N)) {
      compare(at, runs, Scale::params, "smaller", "larger", beyond);
    }
    if (LossTable.reads(law, Columns.D)) {
      compare(at, runs, Scale::tokens, "shorter", "longer", beyond);
    }
    if (beyond.isEmpty()) {
      compare(at, runs, Scale::flops, "of less compute", "of more compute", beyond);
    }
    return beyond;
  }

  private static void compare(
      Scale at,
      List<Scale> runs,
      ToDoubleFunction<Scale> axis,
      String below,
      String above,
      List<String> beyond) {
    double asked = axis.applyAsDouble(at);
    if (runs.stream().allMatch(run -> asked < axis.applyAsDouble(run) * (1 - ROUNDING))) {
      beyond.add(below);
    } else if (runs.stream().allMatch(run -> asked > axis.applyAsDouble(run) * (1 + ROUNDING))) {
      beyond.add(above);
    }
  }
}
