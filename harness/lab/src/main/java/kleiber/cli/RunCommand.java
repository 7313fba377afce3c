package kleiber.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import kleiber.engine.Engine;
import kleiber.experiment.Experiment;
import kleiber.experiment.UserException;
import kleiber.run.Devices;
import kleiber.run.Leftovers;
import kleiber.run.RunStore;
import kleiber.run.Runner;
import kleiber.run.Saving;
import kleiber.train.OpenCorpora;
import kleiber.train.Trainers;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** The whole path: train what is missing, fit, foretell, compare, report. */
@Command(
    name = "run",
    mixinStandardHelpOptions = true,
    description =
        "Train the runs of an experiment that are not yet done, fit its law to the small ones,"
            + " foretell those held out, and write the report.")
final class RunCommand implements Callable<Integer> {
  @Mixin private ExperimentArguments arguments;

  @Option(
      names = "--devices",
      paramLabel = "DEVICES",
      defaultValue = "auto",
      description =
          "What to train on: auto, cpu, cuda:0,1, or one of the engines that others are judged by,"
              + " naive and nd4j. Default: ${DEFAULT-VALUE}.")
  private String devices;

  @Option(
      names = "--threads",
      paramLabel = "N",
      description = "Cores to use, and runs trained side by side; all of them when not given.")
  private int threads = Runtime.getRuntime().availableProcessors();

  @Option(
      names = "--cohort",
      paramLabel = "N",
      description =
          "Runs of one shape trained together as one program, a trunk with its branches counting"
              + " as one; as many as pay when not given. Losses do not depend on it.")
  private Optional<Integer> cohort = Optional.empty();

  @Option(
      names = "--snapshot-every",
      paramLabel = "SECONDS",
      defaultValue = "30",
      description =
          "How often to save what a training goes on from when it was interrupted, at most a"
              + " fiftieth of the time being spent on it; 0 saves after every step. Default:"
              + " ${DEFAULT-VALUE}.")
  private double snapshotEvery;

  @Option(
      names = "--keep-weights",
      description =
          "Keep the final weights of every run that is trained now, as weights.safetensors in its"
              + " folder.")
  private boolean keepWeights;

  @Option(names = "--dry-run", description = "Print the plan and train nothing.")
  private boolean dryRun;

  @Spec private CommandSpec spec;

  @Override
  public Integer call() throws IOException {
    int cores = Runtime.getRuntime().availableProcessors();
    if (threads < 1 || threads > cores) {
      throw new UserException(
          "--threads is "
              + threads
              + " but must be at least 1 and at most the cores there are, "
              + cores);
    }
    if (cohort.isPresent() && cohort.get() < 1) {
      throw new UserException("--cohort is " + cohort.get() + " but must be at least 1 run");
    }
    if (!(snapshotEvery >= 0 && Double.isFinite(snapshotEvery))) {
      throw new UserException(
          "--snapshot-every is " + snapshotEvery + " but must be 0 seconds or more");
    }
    Experiment experiment = arguments.read();
    Path folder = arguments.folder(experiment);
    PrintWriter out = spec.commandLine().getOut();
    try (Engine engine = Devices.parse(devices, threads)) {
      if (dryRun) {
        out.println(Plan.of(experiment, folder));
        out.flush();
        return 0;
      }
      return run(experiment, folder, engine, out);
    }
  }

  private int run(Experiment experiment, Path folder, Engine engine, PrintWriter out)
      throws IOException {
    ProgressLine line = new ProgressLine(out, ProgressLine.onTerminal());
    line.say(experiment.name() + ": " + experiment.question());
    Runner.Result result;
    try (Interrupt interrupt = new Interrupt()) {
      result = train(experiment, folder, engine, line, interrupt);
      if (result.interrupted()) {
        line.say(interrupted(new RunStore(folder).leftovers()));
        return result.exitCode();
      }
    }
    result.halted().ifPresent(line::say);
    new Findings(experiment, folder).write(out);
    return result.exitCode();
  }

  private static String interrupted(Leftovers left) {
    return left.runs() == 0
        ? "interrupted; the same command trains the others"
        : "interrupted; %d %s kept as far as trained (%s): the same command goes on from there"
            .formatted(
                left.runs(),
                left.runs() == 1 ? "unfinished run is" : "unfinished runs are",
                Numbers.megabytes(left.bytes()));
  }

  /** The command as a shell would take it again. */
  private String command() {
    return spec.root().commandLine().getParseResult().originalArgs().stream()
        .map(
            word -> word.matches("[\\w@%+=:,./-]+") ? word : "'" + word.replace("'", "'\\''") + "'")
        .collect(Collectors.joining(" ", "./kleiber ", ""));
  }

  private Runner.Result train(
      Experiment experiment, Path folder, Engine engine, ProgressLine line, Interrupt interrupt) {
    OpenCorpora corpora = new OpenCorpora(Caches.corpora());
    Runner runner =
        new Runner(
            new RunStore(folder),
            family -> Trainers.of(family, engine, corpora),
            threads,
            cohort.map(OptionalInt::of).orElse(OptionalInt.empty()),
            command(),
            new Saving(snapshotEvery, keepWeights),
            new RunProgress(line, experiment.fit()));
    try {
      return runner.run(experiment, interrupt);
    } finally {
      line.close();
    }
  }
}
