package kleiber.experiment;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * How the best learning rate and batch grow with model and data, from a grid that tries several of
 * both at several sizes; checked at the sizes that are held out.
 *
 * @param ruleOfThumb what is used without the law, for comparison at the held-out sizes
 */
public record HyperparameterLaw(Optional<LearningRateBySize> ruleOfThumb) implements StudyPlan {
  /** Learning rates of one size and length without which there is no best one, nor a bowl. */
  public static final int LEAST_RATES = 3;

  /** Batches over which a bowl can take its rates from all of them together. */
  private static final int LEAST_BATCHES = 3;

  @Override
  public void check(PlannedGrid grid) {
    Map<List<Number>, Map<Long, Set<Double>>> cells = new HashMap<>(); // rates by batch
    grid.scales()
        .forEach(
            (run, at) -> {
              if (!grid.fit().holdOut().holdsOut(at.flops())) {
                cells
                    .computeIfAbsent(
                        List.of(at.params(), run.trainedTokens()), _ -> new HashMap<>())
                    .computeIfAbsent(run.spec().tokensPerStep(), _ -> new HashSet<>())
                    .add(run.spec().optimizer().learningRate());
              }
            });
    int most = cells.values().stream().mapToInt(HyperparameterLaw::rates).max().orElse(0);
    if (most < LEAST_RATES) {
      throw new IllegalArgumentException(
          "it takes %d learning rates at one size, length and batch, or over %d batches together, among the runs that are fitted; the grid has at most %d"
              .formatted(LEAST_RATES, LEAST_BATCHES, most));
    }
  }

  /** Rates of a cell between which losses can be a parabola, or with its batches a bowl. */
  private static int rates(Map<Long, Set<Double>> byBatch) {
    Set<Double> all = new HashSet<>();
    byBatch.values().forEach(all::addAll);
    return byBatch.size() >= LEAST_BATCHES
        ? all.size()
        : byBatch.values().stream().mapToInt(Set::size).max().orElse(0);
  }
}
