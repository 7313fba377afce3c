package kleiber.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.concurrent.Callable;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import kleiber.data.Reading;
import kleiber.engine.Engine;
import kleiber.experiment.Experiment;
import kleiber.experiment.UserException;
import kleiber.models.ModelFamily;
import kleiber.run.Leftovers;
import kleiber.run.Progress;
import kleiber.run.RunStore;
import kleiber.run.Runner;
import kleiber.run.Worker;
import kleiber.train.OpenCorpora;
import kleiber.train.Trainer;
import kleiber.train.Trainers;
import picocli.CommandLine.ArgGroup;
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
  private static final Pattern NAME =
      Pattern.compile("^name:\\s*['\"]?([\\w.-]+)", Pattern.MULTILINE);

  @Mixin private ExperimentArguments arguments;

  @Mixin private TrainingOptions training;

  @Option(names = "--dry-run", description = "Print the plan and train nothing.")
  private boolean dryRun;

  @Option(
      names = "--hold-back",
      description =
          "Leave the held-out runs untrained, so that what the law says of them can be sealed"
              + " first; the same command without it trains them, with the seeds that the seals ask"
              + " for in the file.")
  private boolean holdBack;

  @ArgGroup(exclusive = false, heading = "Choosing runs by what was measured:%n")
  private AdaptiveOptions adaptive = new AdaptiveOptions();

  @Spec private CommandSpec spec;

  @Override
  public Integer call() throws IOException {
    training.check();
    adaptive.check(training.pacing());
    if (holdBack && adaptive.isAsked()) {
      throw new UserException(
          "--adaptive trains what is held out once it has chosen; leave --hold-back out");
    }
    Experiment experiment = arguments.readToTrain();
    Path folder = arguments.folder(experiment);
    if (!holdBack) {
      SealedSeeds.check(experiment, folder);
    }
    PrintWriter out = spec.commandLine().getOut();
    Optional<HeldBack> held = holdBack ? Optional.of(HeldBack.of(experiment)) : Optional.empty();
    Experiment part = held.map(HeldBack::fitted).orElse(experiment);
    if (dryRun) {
      Scales.of(part, folder, out); // refuses what would not be trained
      OptionalDouble unknown = OptionalDouble.empty();
      out.println(Plan.of(part, folder, training.workplace(), unknown, unknown).text());
      out.flush();
      return 0;
    }
    int code = run(experiment, part, folder, out);
    if (code == 0 && held.isPresent() && !training.pacing().shard().isPart()) {
      held.get().sentences(folder).forEach(out::println);
      out.flush();
    }
    return code;
  }

  /** Trains a part of an experiment, and says what the whole tells so far. */
  private int run(Experiment experiment, Experiment part, Path folder, PrintWriter out)
      throws IOException {
    ProgressLine line = new ProgressLine(out, ProgressLine.onTerminal());
    line.say(experiment.name() + ": " + experiment.question());
    replaced(experiment, new RunStore(folder).experiment()).ifPresent(line::say);
    Runner.Result result;
    try (Interrupt interrupt = new Interrupt()) {
      result = train(part, folder, line, interrupt);
      if (result.interrupted()) {
        line.say(interrupted(new RunStore(folder).leftovers()));
        return result.exitCode();
      }
    }
    result.halted().ifPresent(line::say);
    if (training.pacing().shard().isPart()) {
      line.say("this part is done; fit and report when all are: ./kleiber report " + folder);
      return result.exitCode();
    }
    new Findings(experiment, folder).write(out);
    return result.exitCode();
  }

  /** What is said when the folder was another experiment's. */
  private static Optional<String> replaced(Experiment experiment, Path kept) throws IOException {
    if (!Files.isRegularFile(kept)) {
      return Optional.empty();
    }
    Matcher name = NAME.matcher(Files.readString(kept));
    return name.find() && !name.group(1).equals(experiment.name())
        ? Optional.of(
            "%s held %s: its runs stay, its report is replaced by this one's"
                .formatted(kept.getParent(), name.group(1)))
        : Optional.empty();
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
    return "./kleiber "
        + ShellWords.line(spec.root().commandLine().getParseResult().originalArgs());
  }

  private Runner.Result train(
      Experiment experiment, Path folder, ProgressLine line, Interrupt interrupt)
      throws IOException {
    RunStore store = new RunStore(folder);
    OpenCorpora corpora = new OpenCorpora(Caches.corpora());
    try (Engine engine = training.engine()) {
      Function<ModelFamily, Trainer> trainers = family -> Trainers.of(family, engine, corpora);
      List<Worker> workers = training.workers(store, trainers, command());
      Function<Experiment, Runner.Result> runner =
          part -> {
            Progress progress = new RunProgress(line, part.fit());
            return new Runner(store, trainers, workers, training.pacing(), progress)
                .run(part, interrupt);
          };
      try {
        return Reading.toldTo(
            new ReadingLine(line),
            () ->
                adaptive.isAsked()
                    ? adaptive
                        .training(experiment, store, training.workplace(), line::say)
                        .run(runner)
                    : runner.apply(experiment));
      } finally {
        workers.forEach(Worker::close);
      }
    } finally {
      line.close();
    }
  }
}
