package kleiber.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import kleiber.design.Power;
import kleiber.experiment.Experiment;
import kleiber.experiment.Run;
import kleiber.experiment.StudyPlan;
import kleiber.experiment.UserException;
import kleiber.experiment.Vocabularies;
import kleiber.observe.Analysis;
import kleiber.observe.Quantity;
import kleiber.plan.AdaptiveGrid;
import kleiber.plan.Budget;
import kleiber.plan.ChosenRun;
import kleiber.plan.PlannedScales;
import kleiber.plan.Prior;
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

  @Option(
      names = "--write",
      paramLabel = "FILE.yaml",
      description =
          "Write the experiment with the runs that are done, these, and those held out, for `run`;"
              + " a file that is there is not changed.")
  private Optional<Path> write = Optional.empty();

  @Override
  public Integer call() throws IOException {
    write
        .filter(Files::exists)
        .ifPresent(
            file -> {
              throw new UserException("--write " + file + " is there already; name a new file");
            });
    ExperimentOrResults.Found found = place.find();
    Experiment experiment = found.experiment();
    RunStore store = new RunStore(found.folder());
    PlannedScales scales = Scales.ofUnique(experiment, found.folder());
    Prior supposed = prior.of(experiment, scales, found.folder());
    AdaptiveGrid grid = new AdaptiveGrid(experiment, scales, store, supposed, prior.targets());
    PrintWriter out = spec.commandLine().getOut();
    double flops = flops(grid, found.folder(), out);
    Analysis analysis = grid.analysis();
    List<ChosenRun> plan = grid.next(analysis, flops, Set.of());
    OptionalDouble now = grid.halfWidth(analysis);
    String confidence = Quantity.percent(experiment.fit().confidence());
    now.ifPresent(
        width ->
            out.println(
                "the interval at the target is ±%s (%s) now"
                    .formatted(Quantity.percent(width), confidence)));
    if (plan.isEmpty()) {
      out.println(
          grid.isDone()
              ? "every run to fit is done; --set 'grid.+={…}' on the experiment file adds others to"
                  + " choose from"
              : "no run of the grid that is left can be paid and would tell more");
      write.ifPresent(file -> out.println("nothing is written to " + file));
    } else {
      double expected =
          now.orElse(Power.halfWidth(experiment.fit().confidence()) * plan.getFirst().now());
      out.println(table(plan, expected));
      out.println();
      out.println(
          "Beside each run: the interval (%s) to expect at the target with it and every run above."
              .formatted(confidence));
      if (write.isPresent()) {
        List<StudyPlan> dropped = write(experiment, store, plan, write.get());
        out.println(written(write.get(), found.folder()));
        if (!dropped.isEmpty()) {
          out.println(
              "left out of it, as its runs cannot answer them: "
                  + dropped.stream().map(StudyPlan::name).collect(Collectors.joining(", ")));
        }
      }
    }
    out.flush();
    return 0;
  }

  /**
   * Writes the experiment without the runs that were neither done nor chosen.
   *
   * @return studies that what is written does not hold
   */
  private static List<StudyPlan> write(
      Experiment experiment, RunStore store, List<ChosenRun> plan, Path file) throws IOException {
    Set<String> ids = plan.stream().map(ChosenRun::run).collect(Collectors.toSet());
    Vocabularies vocabularies = new Vocabularies();
    for (Run run : experiment.runs()) {
      double flops = experiment.fit().flops(run, vocabularies.of(run.spec().corpus()));
      if (store.load(run).state().isFinal() || experiment.fit().holdOut().holdsOut(flops)) {
        ids.add(run.id());
      }
    }
    Experiment part = experiment.only(ids);
    Files.writeString(file, part.text());
    List<StudyPlan> kept = part.studies();
    return experiment.studies().stream().filter(study -> !kept.contains(study)).toList();
  }

  /** How to train what was written, or why a run of it would be refused. */
  private static String written(Path file, Path folder) {
    try {
      Experiment.readToTrain(file, List.of());
      return "written: %s; train it with ./kleiber run %s --out %s".formatted(file, file, folder);
    } catch (UserException refusal) {
      return "written: %s, whose runs are too few to be trained by themselves; a larger --budget chooses more: %s"
          .formatted(file, refusal.getMessage());
    }
  }

  private double flops(AdaptiveGrid grid, Path folder, PrintWriter out) {
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
    int lanes = Runtime.getRuntime().availableProcessors();
    double worth = given.amount() * lanes * speed;
    out.println(
        "%s is worth %s FLOPs: the finished runs in %s did %s FLOP/s each, %d side by side here"
            .formatted(given.words(), Quantity.count(worth), folder, Quantity.count(speed), lanes));
    return worth;
  }

  private static TextTable table(List<ChosenRun> plan, double now) {
    TextTable table = new TextTable("run", "params", "tokens", "FLOPs", "interval to expect");
    for (ChosenRun run : plan) {
      table.row(
          run.run(),
          Numbers.count(run.params()),
          Numbers.count(run.tokens()),
          Quantity.count(run.flops()),
          "±" + Quantity.percent(now * run.withIt() / run.now()));
    }
    return table;
  }
}
