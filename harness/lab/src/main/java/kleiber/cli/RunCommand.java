package kleiber.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.Callable;
import java.util.function.Function;
import kleiber.engine.Engine;
import kleiber.experiment.Experiment;
import kleiber.experiment.UserException;
import kleiber.models.ModelFamily;
import kleiber.run.Devices;
import kleiber.run.InProcessWorker;
import kleiber.run.Pacing;
import kleiber.run.Progress;
import kleiber.run.RemoteWorker;
import kleiber.run.RunStore;
import kleiber.run.Runner;
import kleiber.run.Saving;
import kleiber.run.Shard;
import kleiber.run.Worker;
import kleiber.train.OpenCorpora;
import kleiber.train.Trainer;
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
  private static final int CORES_A_WORKER = 8;

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
      names = "--workers",
      paramLabel = "N",
      description =
          "Processes to train in, among which the cores are divided; one for each device or for"
              + " every 8 cores when not given. 0 trains in this process, where a run that ends it"
              + " ends all.")
  private Optional<Integer> workers = Optional.empty();

  @Option(
      names = "--shard",
      paramLabel = "I/N",
      description =
          "Train only part I of N, from 0 to N-1: for Slurm arrays and Kubernetes' indexed jobs."
              + " Parts cost about the same, and make the grid together.")
  private Optional<String> shard = Optional.empty();

  @Option(
      names = "--patience",
      paramLabel = "SECONDS",
      defaultValue = "1800",
      description =
          "How long a training may give no sign of life before its process is killed. Default:"
              + " ${DEFAULT-VALUE}.")
  private int patience;

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
    if (workers.isPresent() && (workers.get() < 0 || workers.get() > 1024)) {
      throw new UserException("--workers is " + workers.get() + " but must be 0 to 1024");
    }
    if (patience < 1) {
      throw new UserException("--patience is " + patience + " but must be at least 1 second");
    }
    Pacing pacing = pacing();
    Experiment experiment = arguments.read();
    Path folder = arguments.folder(experiment);
    PrintWriter out = spec.commandLine().getOut();
    if (dryRun) {
      Devices.parse(devices, threads).close();
      out.println(Plan.of(experiment, folder));
      out.flush();
      return 0;
    }
    return run(experiment, folder, pacing, out);
  }

  private Pacing pacing() {
    try {
      return new Pacing(
          cohort.map(OptionalInt::of).orElse(OptionalInt.empty()),
          shard.map(Shard::parse).orElse(Shard.WHOLE),
          Pacing.USUAL.lease());
    } catch (IllegalArgumentException e) {
      throw new UserException("--" + e.getMessage());
    }
  }

  private int run(Experiment experiment, Path folder, Pacing pacing, PrintWriter out)
      throws IOException {
    ProgressLine line = new ProgressLine(out, ProgressLine.onTerminal());
    line.say(experiment.name() + ": " + experiment.question());
    Runner.Result result = train(experiment, folder, pacing, line);
    if (result.interrupted()) {
      line.say("interrupted; the same command goes on");
      return result.exitCode();
    }
    result.halted().ifPresent(line::say);
    if (pacing.shard().isPart()) {
      line.say("this part is done; fit and report when all are: ./kleiber report " + folder);
      return result.exitCode();
    }
    new Findings(experiment, folder).write(out);
    return result.exitCode();
  }

  /** The command as a shell would take it again. */
  private String command() {
    return "./kleiber "
        + ShellWords.line(spec.root().commandLine().getParseResult().originalArgs());
  }

  private Runner.Result train(
      Experiment experiment, Path folder, Pacing pacing, ProgressLine line) {
    RunStore store = new RunStore(folder);
    OpenCorpora corpora = new OpenCorpora(Caches.corpora());
    Progress progress = new RunProgress(line, experiment.fit());
    try (Interrupt interrupt = new Interrupt();
        Engine engine = Devices.parse(devices, threads)) {
      Function<ModelFamily, Trainer> trainers = family -> Trainers.of(family, engine, corpora);
      List<Worker> processes = workers(store, trainers);
      try {
        return new Runner(store, trainers, processes, pacing, progress).run(experiment, interrupt);
      } finally {
        processes.forEach(Worker::close);
      }
    } finally {
      line.close();
    }
  }

  private List<Worker> workers(RunStore store, Function<ModelFamily, Trainer> trainers) {
    List<String> each = Devices.each(devices);
    int count = workers.orElse(Math.max(each.size(), Math.ceilDiv(threads, CORES_A_WORKER)));
    if (count == 0) {
      return List.of(new InProcessWorker(store, trainers, threads, command(), Saving.USUAL));
    }
    List<Worker> processes = new ArrayList<>();
    long memory = Runtime.getRuntime().maxMemory() / count;
    for (int i = 0; i < count; i++) {
      int cores = Math.max(1, (i + 1) * threads / count - i * threads / count);
      processes.add(
          RemoteWorker.of(
              store,
              each.get(i % each.size()),
              cores,
              cores,
              memory,
              Caches.corpora(),
              command(),
              Saving.USUAL,
              Duration.ofSeconds(patience)));
    }
    return processes;
  }
}
