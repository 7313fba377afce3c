package kleiber.cli;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.Consumer;
import kleiber.experiment.Experiment;
import kleiber.experiment.UserException;
import kleiber.plan.AdaptiveGrid;
import kleiber.plan.AdaptiveTraining;
import kleiber.plan.Budget;
import kleiber.plan.GridCost;
import kleiber.plan.PlannedScales;
import kleiber.plan.Prior;
import kleiber.plan.StepTimes;
import kleiber.plan.Target;
import kleiber.plan.Workplace;
import kleiber.run.Pacing;
import kleiber.run.RunStore;
import picocli.CommandLine.Option;

/** When runs are chosen one after another, and how long. */
final class AdaptiveOptions {
  @Option(
      names = "--adaptive",
      description =
          "Train only those runs to fit that tell most of the target, chosen by what was measured"
              + " before; choices.jsonl says why. Those held out are trained at the end.")
  private boolean adaptive;

  @Option(
      names = "--budget",
      paramLabel = "TIME|FLOPS",
      description = "Stop choosing when so much is spent, such as 2h or 1e13.")
  private Optional<String> budget = Optional.empty();

  @Option(
      names = "--interval",
      paramLabel = "SHARE",
      description =
          "Stop choosing when the interval at the target is that narrow to either side, such as"
              + " 1%%.")
  private Optional<String> interval = Optional.empty();

  @Option(
      names = "--at-once",
      paramLabel = "N",
      description = "Runs chosen at a time; as many as are trained side by side when not given.")
  private Optional<Integer> atOnce = Optional.empty();

  @Option(
      names = "--target",
      paramLabel = "params=N,tokens=D",
      description = "The run to foretell; those held out when not given.")
  private Optional<String> target = Optional.empty();

  boolean isAsked() {
    return adaptive;
  }

  /**
   * @throws UserException when the options do not go together
   */
  void check(Pacing pacing) {
    boolean others =
        budget.isPresent() || interval.isPresent() || atOnce.isPresent() || target.isPresent();
    if (others && !adaptive) {
      throw new UserException(
          "--budget, --interval, --at-once and --target are for --adaptive, which is not given");
    }
    if (adaptive && budget.isEmpty() && interval.isEmpty()) {
      throw new UserException(
          "--adaptive needs to know when to stop: give --budget 2h, --interval 1% or both");
    }
    if (adaptive && pacing.shard().isPart()) {
      throw new UserException("--adaptive chooses for the whole grid; leave --shard out");
    }
    budget.ifPresent(Budget::parse);
    share();
    if (atOnce.isPresent() && atOnce.get() < 1) {
      throw new UserException("--at-once is " + atOnce.get() + " but must be at least 1 run");
    }
  }

  private OptionalDouble share() {
    return interval
        .map(text -> OptionalDouble.of(Shares.parse("--interval", text)))
        .orElse(OptionalDouble.empty());
  }

  AdaptiveTraining training(
      Experiment experiment, RunStore store, Workplace place, Consumer<String> told)
      throws IOException {
    // Not the fit of these results: they grow, and whoever goes on must choose as at first.
    PlannedScales scales = Scales.ofUnique(experiment, store.folder());
    Prior prior = Prior.usual(experiment, scales, OptionalDouble.empty());
    List<Target> targets = target.stream().map(Target::parse).toList();
    AdaptiveGrid grid = new AdaptiveGrid(experiment, scales, store, prior, targets);
    GridCost cost =
        GridCost.of(grid.runs(), place, StepTimes.read(Caches.stepTimes(), OptionalDouble.empty()));
    return new AdaptiveTraining(
        experiment,
        grid,
        store,
        place.lanes(),
        grid.flops() / cost.laneSeconds(),
        budget.map(Budget::parse),
        share(),
        atOnce.orElse(place.lanes()),
        told);
  }
}
