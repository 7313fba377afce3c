package kleiber.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import kleiber.experiment.Experiment;
import kleiber.experiment.UserException;
import kleiber.observe.Quantity;
import kleiber.plan.AdaptiveGrid;
import kleiber.plan.Budget;
import kleiber.plan.ChosenRun;
import kleiber.run.RunStore;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Which runs to do next. */
@Command(
    name = "next",
    mixinStandardHelpOptions = true,
    description = {
      "Say which of an experiment's runs that are not yet done would tell most of the target for"
          + " their compute, given what was measured. `run --adaptive` trains them.",
      "To look beyond the grid, give the experiment file and add a block to its grid, such as"
          + " --set 'grid.+={model: [{depth: 4, width: 96, heads: 6}], tokens: [1048576]}'."
    })
final class NextCommand implements Callable<Integer> {
  @Mixin private ExperimentOrResults place;

  @Mixin private PriorOptions prior;

  @Option(
      names = "--budget",
      paramLabel = "TIME|FLOPS",
      description =
          "What may be spent: a time of this machine, such as 2h, worth the FLOPs that finished"
              + " runs did in it; or FLOPs, such as 1e13. Without it every run may be chosen.")
  private Optional<String> budget = Optional.empty();

  @Spec private CommandSpec spec;

  @Override
  public Integer call() throws IOException {
    ExperimentOrResults.Found found = place.find();
    Experiment experiment = found.experiment();
    AdaptiveGrid grid =
        new AdaptiveGrid(
            experiment,
            new RunStore(found.folder()),
            prior.of(experiment, found.folder()),
            prior.targets());
    List<ChosenRun> plan = grid.next(flops(grid), Set.of());
    PrintWriter out = spec.commandLine().getOut();
    grid.halfWidth()
        .ifPresent(
            width ->
                out.println(
                    "the interval at the target is ±%s (%s) now"
                        .formatted(
                            Quantity.percent(width),
                            Quantity.percent(experiment.fit().confidence()))));
    if (plan.isEmpty()) {
      out.println("no run of the grid that is left can be paid and would tell more");
    } else {
      out.println(table(plan));
      out.println();
      out.println(
          "The error to expect at the target is %s of the loss now (one standard deviation, the"
                  .formatted(Quantity.percent(plan.getFirst().now()))
              + " law’s own form included); beside each run it is what it would be with that and"
              + " every run above.");
    }
    out.flush();
    return 0;
  }

  private double flops(AdaptiveGrid grid) {
    if (budget.isEmpty()) {
      return Double.POSITIVE_INFINITY;
    }
    Budget given = Budget.parse(budget.get());
    if (given.unit() == Budget.Unit.FLOPS) {
      return given.amount();
    }
    double speed =
        grid.flopsPerSecond()
            .orElseThrow(
                () ->
                    new UserException(
                        "--budget is a time, but no run is finished that would tell how many FLOPs"
                            + " that is; give FLOPs, such as 1e13"));
    return given.amount() * Runtime.getRuntime().availableProcessors() * speed;
  }

  private static TextTable table(List<ChosenRun> plan) {
    TextTable table = new TextTable("run", "params", "tokens", "FLOPs", "error to expect");
    for (ChosenRun run : plan) {
      table.row(
          run.run(),
          Numbers.count(run.params()),
          Numbers.count(run.tokens()),
          Quantity.count(run.flops()),
          Quantity.percent(run.withIt()));
    }
    return table;
  }
}
