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

  @Override
  public void check(PlannedGrid grid) {
    Map<List<Number>, Set<Double>> rates = new HashMap<>();
    grid.scales()
        .forEach(
            (run, at) ->
                rates
                    .computeIfAbsent(
                        List.of(at.params(), run.spec().tokens()), _ -> new HashSet<>())
                    .add(run.spec().optimizer().learningRate()));
    int most = rates.values().stream().mapToInt(Set::size).max().orElse(0);
    if (most < LEAST_RATES) {
      throw new IllegalArgumentException(
          "it takes %d learning rates at one size and length; the grid has at most %d"
              .formatted(LEAST_RATES, most));
    }
  }
}
