package kleiber.plan;

import java.io.IOException;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Collectors;
import kleiber.experiment.Experiment;
import kleiber.experiment.Run;
import kleiber.observe.Analysis;
import kleiber.observe.Quantity;
import kleiber.run.RunStore;
import kleiber.run.Runner;
import kleiber.run.StoredRun;

/**
 * Trains, fits and chooses in turns, until the interval at the target is as narrow as was asked
 * for, the budget is spent, or nothing is left that would tell more. The runs held out are trained
 * at the end, beyond the budget: they check the answer and are no part of it.
 *
 * @param lanes cohorts at a time
 * @param flopsPerSecond that a lane is supposed to do until runs have told
 * @param budget for the runs that are fitted
 * @param interval half-width at the target, as a share of the loss
 * @param atOnce runs chosen at a time
 * @param told sentences for the user
 */
public record AdaptiveTraining(
    Experiment experiment,
    AdaptiveGrid grid,
    RunStore store,
    int lanes,
    double flopsPerSecond,
    Optional<Budget> budget,
    OptionalDouble interval,
    int atOnce,
    Consumer<String> told) {
  public AdaptiveTraining {
    if (atOnce < 1) {
      throw new IllegalArgumentException("at-once is " + atOnce + " but must be at least 1 run");
    }
  }

  /**
   * Runs it; what was chosen before is done first.
   *
   * @param training trains the runs of an experiment that are not yet done
   * @return how the last training ended
   */
  public Runner.Result run(Function<Experiment, Runner.Result> training) throws IOException {
    ChoiceLog log = ChoiceLog.read(store.folder());
    Optional<Runner.Result> last =
        log.rows().isEmpty()
            ? Optional.empty()
            : Optional.of(train(training, ids(log.rows()), false));
    while (last.isEmpty() || goesOn(last.get())) {
      Analysis analysis = grid.analysis();
      OptionalDouble now = grid.halfWidth(analysis);
      Optional<String> enough = enough(now, log);
      List<ChosenRun> plan =
          enough.isPresent() ? List.of() : grid.next(analysis, flopsLeft(log), ids(log.rows()));
      if (plan.isEmpty()) {
        told.accept(
            enough.orElse(
                "no run that is left can be paid and would tell more: done choosing, %d runs are fitted"
                    .formatted(log.rows().size())));
        return train(training, ids(log.rows()), true);
      }
      List<ChosenRun> chosen = plan.subList(0, Math.min(atOnce, plan.size()));
      log.add(chosen);
      chosen.forEach(run -> told.accept("chosen: " + run.run() + ", " + run.why(now)));
      last = Optional.of(train(training, ids(chosen), false));
    }
    return last.get();
  }

  private static boolean goesOn(Runner.Result result) {
    return !result.interrupted() && result.halted().isEmpty();
  }

  private Runner.Result train(
      Function<Experiment, Runner.Result> training, Set<String> ids, boolean heldOutToo) {
    Set<String> all = new HashSet<>(ids);
    if (heldOutToo) {
      grid.heldOut().forEach(run -> all.add(run.id()));
    }
    List<Run> runs = experiment.runs().stream().filter(run -> all.contains(run.id())).toList();
    return training.apply(
        new Experiment(
            experiment.name(), experiment.question(), runs, experiment.fit(), experiment.text()));
  }

  private Optional<String> enough(OptionalDouble now, ChoiceLog log) {
    if (now.isPresent() && interval.isPresent() && now.getAsDouble() <= interval.getAsDouble()) {
      return Optional.of(
          "the interval at the target is ±%s, as asked: done choosing, %d runs are fitted"
              .formatted(Quantity.percent(now.getAsDouble()), log.rows().size()));
    }
    now.ifPresent(
        width ->
            told.accept(
                "the interval at the target is ±%s now".formatted(Quantity.percent(width))));
    return Optional.empty();
  }

  /** What the budget leaves; a time is worth the FLOPs that runs did in it so far. */
  private double flopsLeft(ChoiceLog log) {
    if (budget.isEmpty()) {
      return Double.POSITIVE_INFINITY;
    }
    Set<String> ids = ids(log.rows());
    double flops = 0;
    double seconds = 0;
    for (Run run : experiment.runs()) {
      if (ids.contains(run.id())) {
        StoredRun stored = store.load(run);
        flops += grid.flops(run);
        seconds += stored.seconds() > 0 ? stored.seconds() : 0;
      }
    }
    if (budget.get().unit() == Budget.Unit.FLOPS) {
      return budget.get().amount() - flops;
    }
    double speed = grid.flopsPerSecond().orElse(flopsPerSecond);
    return (lanes * budget.get().amount() - seconds) * speed;
  }

  private static Set<String> ids(List<ChosenRun> chosen) {
    return chosen.stream().map(ChosenRun::run).collect(Collectors.toSet());
  }
}
