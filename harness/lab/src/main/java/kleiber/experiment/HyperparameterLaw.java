package kleiber.experiment;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * How the best learning rate and batch grow with model and data, from a grid that tries several of
 * both at several sizes; checked at the sizes that are held out.
 *
 * @param ruleOfThumb what is used without the law, for comparison at the held-out sizes
 */
public record HyperparameterLaw(Optional<LearningRateBySize> ruleOfThumb) implements StudyPlan {
  /** Learning rates of one size and length without which there is no best one. */
  public static final int LEAST_RATES = 3;

  @Override
  public void check(List<Run> runs, FitPlan fit) {
    int rates =
        runs.stream()
            .filter(run -> !run.probe() && fit.recipe().matches(run))
            .map(Run::spec)
            .collect(
                Collectors.groupingBy(
                    spec -> List.of(spec.model(), spec.tokens()),
                    Collectors.mapping(
                        spec -> spec.optimizer().learningRate(), Collectors.toSet())))
            .values()
            .stream()
            .mapToInt(Set::size)
            .max()
            .orElse(0);
    if (rates < LEAST_RATES) {
      throw new IllegalArgumentException(
          "it takes %d learning rates at one size and length; the grid has at most %d"
              .formatted(LEAST_RATES, rates));
    }
  }
}
