package kleiber.experiment;

import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;
import kleiber.fit.ScaleAxis;
import kleiber.laws.Observation;

/**
 * Whether a law that is fitted to all checkpoints after the warm-up foretells larger runs better
 * than one fitted to last losses alone (Choshen et al. 2024, arXiv:2410.11840).
 */
public record Checkpoints() implements StudyPlan {
  /** Sizes, and lengths, that an amplitude and an exponent over a floor are found with. */
  private static final int VALUES = 3;

  /** Seeds that an interval is made of. */
  private static final int LEAST_SEEDS = 2;

  /** Whether the law can be fitted to the last rows of these runs. */
  public static boolean enough(List<Observation> small, FitPlan fit) {
    return small.size() > fit.law().parameters().size()
        && small.stream().mapToDouble(row -> row.at().params()).distinct().count() >= VALUES
        && small.stream().mapToDouble(row -> row.at().tokens()).distinct().count() >= VALUES;
  }

  @Override
  public void check(PlannedGrid grid) {
    Map<String, Long> seeds = new HashMap<>();
    grid.scales().keySet().forEach(run -> seeds.put(run.id(), run.spec().seed()));
    Collection<List<Observation>> bySeed =
        grid.ends().stream().collect(Collectors.groupingBy(row -> seeds.get(row.run()))).values();
    long able = bySeed.stream().filter(rows -> foretells(rows, grid.fit())).count();
    if (able < LEAST_SEEDS) {
      throw new IllegalArgumentException(
          "it takes two seeds, each with more small runs than %s has parameters, of three sizes and three lengths, and a larger run to foretell; the grid has %d such"
              .formatted(grid.fit().law().getClass().getSimpleName(), able));
    }
    if (grid.scales().keySet().stream().noneMatch(Checkpoints::hasSeveral)) {
      throw new IllegalArgumentException(
          "no run has a checkpoint between its warm-up and its end, so all checkpoints are the last"
              + " ones: lower checkpoints.first or checkpoints.ratio");
    }
  }

  /** Whether some boundary leaves enough on its near side, and something beyond. */
  private static boolean foretells(List<Observation> rows, FitPlan fit) {
    return List.of(ScaleAxis.FLOPS, ScaleAxis.PARAMS).stream()
        .anyMatch(
            axis -> {
              ToDoubleFunction<Observation> of = row -> axis.of(row.at());
              double largest = rows.stream().mapToDouble(of).max().orElseThrow();
              return enough(
                  rows.stream().filter(row -> of.applyAsDouble(row) < largest).toList(), fit);
            });
  }

  private static boolean hasSeveral(Run run) {
    long total = run.trainedTokens();
    for (long tokens : run.spec().checkpoints().tokens(total)) {
      if (tokens > run.spec().schedule().warmupTokens() && tokens < total) {
        return true;
      }
    }
    return false;
  }
}
