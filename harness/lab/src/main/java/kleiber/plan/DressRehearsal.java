package kleiber.plan;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.function.ToDoubleFunction;
import java.util.stream.Stream;
import kleiber.experiment.Experiment;
import kleiber.plan.Estimator.Answer;

/**
 * A grid played through before it is paid for: losses are made by a law, read and fitted as the
 * grid's own will be, many times, and what every estimator says is held against the truth.
 *
 * @param scales of its runs
 * @param prior the law that makes the losses
 * @param draws of all losses
 * @param resamples of each bootstrap
 * @param seed of the draws
 */
public record DressRehearsal(
    Experiment experiment, PlannedScales scales, Prior prior, int draws, int resamples, long seed) {
  public DressRehearsal {
    require("draws", draws, 20);
    require("resamples", resamples, 50);
  }

  private static void require(String name, int given, int least) {
    if (given < least || given > 100_000) {
      throw new IllegalArgumentException(
          name + " is " + given + " but must be " + least + " to 100000");
    }
  }

  /**
   * Plays it through.
   *
   * @param target to foretell; the largest of the runs held out when empty
   * @return a score for each estimator
   */
  public List<EstimatorScore> play(Optional<Target> target) throws IOException {
    List<Estimator> estimators =
        new Estimators(experiment, prior, target, resamples).all(draw(new SplittableRandom(seed)));
    SplittableRandom source = new SplittableRandom(seed);
    List<List<Outcome>> outcomes =
        Stream.generate(source::split).limit(draws).toList().parallelStream()
            .map(random -> outcomes(estimators, random))
            .toList();
    List<EstimatorScore> scores = new ArrayList<>();
    for (int i = 0; i < estimators.size(); i++) {
      int number = i;
      scores.add(
          score(estimators.get(i), outcomes.stream().map(each -> each.get(number)).toList()));
    }
    return scores;
  }

  private MadeGrid draw(SplittableRandom random) throws IOException {
    return MadeGrid.of(experiment, scales, prior, random);
  }

  /** An answer, or why there is none. */
  private record Outcome(Optional<Answer> answer, String refusal) {}

  private List<Outcome> outcomes(List<Estimator> estimators, SplittableRandom random) {
    try {
      MadeGrid grid = draw(random);
      return estimators.stream().map(estimator -> outcome(estimator, grid)).toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Outcome outcome(Estimator estimator, MadeGrid grid) {
    try {
      return new Outcome(Optional.of(estimator.method().of(grid)), "");
    } catch (IllegalArgumentException e) {
      return new Outcome(Optional.empty(), e.getMessage());
    }
  }

  private static EstimatorScore score(Estimator estimator, List<Outcome> outcomes) {
    List<Answer> answers = outcomes.stream().flatMap(each -> each.answer().stream()).toList();
    ToDoubleFunction<Answer> error =
        answer -> estimator.estimand().error(answer.value(), estimator.truth());
    return new EstimatorScore(
        estimator.name(),
        estimator.estimand(),
        estimator.truth(),
        answers.size(),
        mean(answers, error),
        Math.sqrt(mean(answers, answer -> Math.pow(error.applyAsDouble(answer), 2))),
        mean(answers, answer -> answer.interval().holds(answer.meant()) ? 1 : 0),
        mean(
            answers,
            answer ->
                (estimator.estimand().error(answer.interval().high(), estimator.truth())
                        - estimator.estimand().error(answer.interval().low(), estimator.truth()))
                    / 2),
        outcomes.stream()
            .filter(each -> each.answer().isEmpty())
            .map(Outcome::refusal)
            .findFirst());
  }

  private static double mean(List<Answer> answers, ToDoubleFunction<Answer> value) {
    return answers.stream().mapToDouble(value).average().orElse(Double.NaN);
  }
}
