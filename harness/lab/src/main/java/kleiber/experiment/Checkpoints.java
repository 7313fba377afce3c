package kleiber.experiment;

import java.util.List;
import java.util.function.ToDoubleFunction;
import kleiber.fit.ScaleAxis;
import kleiber.laws.Law;
import kleiber.laws.Observation;

/**
 * Whether a law that is fitted to all checkpoints after the warm-up foretells larger runs better
 * than one fitted to last losses alone (Choshen et al. 2024, arXiv:2410.11840).
 */
public record Checkpoints() implements StudyPlan {
  /** Sizes, and lengths, that an amplitude and an exponent over a floor are found with. */
  private static final int VALUES = 3;

  /** Whether a law of N and D can be fitted to the last rows of these runs. */
  public static boolean enough(List<Observation> small, Law law) {
    return small.size() > law.parameters().size()
        && small.stream().mapToDouble(row -> row.at().params()).distinct().count() >= VALUES
        && small.stream().mapToDouble(row -> row.at().tokens()).distinct().count() >= VALUES;
  }

  /** One seed has no interval, but several experiments of one are what is pooled. */
  @Override
  public void check(PlannedGrid grid) {
    Law law = grid.fit().law();
    if (grid.endsBySeed().values().stream().noneMatch(rows -> foretells(rows, law))) {
      throw new IllegalArgumentException(
          "it takes a seed with more small runs than %s has parameters, of three sizes and three lengths, and a larger run to foretell; the grid has none"
              .formatted(law.getClass().getSimpleName()));
    }
    if (grid.scales().keySet().stream().noneMatch(Checkpoints::hasSeveral)) {
      throw new IllegalArgumentException(
          "no run has a checkpoint between its warm-up and its end, so all checkpoints are the last"
              + " ones: lower checkpoints.first or checkpoints.ratio");
    }
  }

  /** Whether some boundary leaves enough on its near side, and something beyond. */
  private static boolean foretells(List<Observation> rows, Law law) {
    return List.of(ScaleAxis.FLOPS, ScaleAxis.PARAMS).stream()
        .anyMatch(
            axis -> {
              ToDoubleFunction<Observation> of = row -> axis.of(row.at());
              double largest = rows.stream().mapToDouble(of).max().orElseThrow();
              return enough(
                  rows.stream().filter(row -> of.applyAsDouble(row) < largest).toList(), law);
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
