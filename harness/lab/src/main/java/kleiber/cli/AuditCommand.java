package kleiber.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.function.Function;
import kleiber.engine.Engine;
import kleiber.experiment.Experiment;
import kleiber.experiment.Json;
import kleiber.experiment.Run;
import kleiber.experiment.UserException;
import kleiber.models.ModelFamily;
import kleiber.observe.Observations;
import kleiber.observe.Positive;
import kleiber.observe.Quantity;
import kleiber.observe.TableAudit;
import kleiber.run.Devices;
import kleiber.run.Finding;
import kleiber.run.Finding.Check;
import kleiber.run.Finding.Verdict;
import kleiber.run.Pacing;
import kleiber.run.Progress;
import kleiber.run.RemoteWorker;
import kleiber.run.Retraining;
import kleiber.run.RunStore;
import kleiber.run.Runner;
import kleiber.run.StoreAudit;
import kleiber.run.StoredRun;
import kleiber.run.Worker;
import kleiber.train.OpenCorpora;
import kleiber.train.Trainer;
import kleiber.train.Trainers;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Whether results are still what was trained. */
@Command(
    name = "audit",
    mixinStandardHelpOptions = true,
    description = {
      "Check results: every run of the experiment is there, every file has the checksum that it"
          + " was published with, provenance names the text that was seen, and the table of"
          + " observations is what the logs give. Trains nothing, unless some runs are to be"
          + " trained again and compared.",
      "Finds what disks and hands did; not who forges a run with its checksums. Exits with 1 when"
          + " something differs."
    })
final class AuditCommand implements Callable<Integer> {
  private static final double TOLERANCE = 0.01;
  private static final Duration PATIENCE = Duration.ofMinutes(30);

  @Mixin private ResultsArguments arguments;

  @Option(
      names = "--rerun",
      paramLabel = "K",
      defaultValue = "0",
      description =
          "Train K runs, chosen at random, again into a temporary folder: logs and kept weights"
              + " must be equal to the byte in the numeric mode that they were trained in. Default:"
              + " ${DEFAULT-VALUE}.")
  private int rerun;

  @Option(
      names = "--rerun-seconds",
      paramLabel = "S",
      description =
          "Choose them among the runs that took at most S seconds to train, by their own logs; runs"
              + " that logged no time are passed over. Default: all runs.")
  private Optional<Double> rerunSeconds = Optional.empty();

  @Option(
      names = "--seed",
      paramLabel = "N",
      description = "Of the choice of runs; a new one each time when not given.")
  private Optional<Long> seed = Optional.empty();

  @Option(
      names = "--tolerance",
      paramLabel = "SHARE",
      description =
          "How much a loss may differ, as a share of it, where the numeric mode is another."
              + " Default: "
              + TOLERANCE
              + ".")
  private Optional<Double> tolerance = Optional.empty();

  @Option(
      names = "--devices",
      paramLabel = "DEVICES",
      defaultValue = "auto",
      description = "What to train on again, as for `run`. Default: ${DEFAULT-VALUE}.")
  private String devices;

  @Option(
      names = "--threads",
      paramLabel = "N",
      description = "Cores to train on again; all of them when not given.")
  private int threads = Runtime.getRuntime().availableProcessors();

  @Option(names = "--json", description = "One JSON object a line for each thing checked.")
  private boolean json;

  @Spec private CommandSpec spec;

  @Override
  public Integer call() throws IOException {
    check();
    Experiment experiment = arguments.read();
    RunStore store = new RunStore(arguments.folder());
    List<StoredRun> runs = store.load(experiment);
    PrintWriter out = spec.commandLine().getOut();
    List<Finding> findings = new ArrayList<>(StoreAudit.of(store, runs));
    findings.add(TableAudit.of(arguments.folder(), Observations.of(runs, experiment.fit())));
    boolean interrupted = false;
    if (rerun > 0) {
      try (Interrupt interrupt = new Interrupt()) {
        findings.addAll(trainAgain(store, experiment, runs, interrupt, out));
        interrupted = interrupt.stopped();
      }
    }
    if (json) {
      findings.forEach(finding -> out.println(Json.line(finding)));
    } else {
      AuditText.print(findings, out);
    }
    out.flush();
    if (interrupted) {
      return Failures.INTERRUPTED;
    }
    boolean sound = findings.stream().noneMatch(it -> it.verdict() == Verdict.DIFFERS);
    return sound ? 0 : Failures.FAILED;
  }

  private void check() {
    int cores = Runtime.getRuntime().availableProcessors();
    if (rerun < 0) {
      throw new UserException("--rerun is " + rerun + " but must be 0 runs or more");
    }
    Positive.require("--rerun-seconds", rerunSeconds);
    if (rerun == 0 && rerunSeconds.isPresent()) {
      throw new UserException(
          "--rerun-seconds says among which runs --rerun chooses; give it too, such as --rerun 1");
    }
    if (!(tolerance() >= 0 && Double.isFinite(tolerance()))) {
      throw new UserException(
          "--tolerance is " + tolerance() + " but must be a share of the loss, such as 0.01");
    }
    if (rerun == 0 && tolerance.isPresent()) {
      throw new UserException(
          "--tolerance is for the losses of runs that --rerun trains again; give it too, such as"
              + " --rerun 1");
    }
    if (rerun == 0 && seed.isPresent()) {
      throw new UserException(
          "--seed is of the choice of runs that --rerun trains again; give it too, such as --rerun"
              + " 1");
    }
    if (threads < 1 || threads > cores) {
      throw new UserException(
          "--threads is %d but must be at least 1 and at most the cores there are, %d"
              .formatted(threads, cores));
    }
    engine().close();
  }

  private double tolerance() {
    return tolerance.orElse(TOLERANCE);
  }

  private Engine engine() {
    return Devices.parse(Devices.each(devices).getFirst(), threads);
  }

  private List<Finding> trainAgain(
      RunStore store,
      Experiment experiment,
      List<StoredRun> runs,
      Interrupt interrupt,
      PrintWriter out)
      throws IOException {
    long chosenBy = seed.orElseGet(() -> new Random().nextLong(1_000_000));
    List<Run> chosen =
        Retraining.choose(runs, rerun, rerunSeconds.orElse(Double.POSITIVE_INFINITY), chosenBy);
    if (chosen.isEmpty()) {
      String within =
          rerunSeconds
              .map(most -> " within %s s".formatted(Quantity.significant(most, 3)))
              .orElse("");
      String why = "none has ended" + within;
      return List.of(Finding.notChecked(Check.RERUN, "any run", why));
    }
    ProgressLine line = new ProgressLine(out, !json && ProgressLine.onTerminal());
    if (!json) {
      line.say("training %d again (--seed %d)".formatted(chosen.size(), chosenBy));
    }
    Progress progress = json ? Progress.SILENT : new RunProgress(line, experiment.fit());
    try (Retraining retraining = new Retraining(store, experiment, chosen)) {
      try {
        train(retraining, progress, interrupt);
      } catch (UserException e) {
        String why = "it cannot be trained again here: " + e.getMessage();
        return chosen.stream().map(run -> Finding.differs(Check.RERUN, run.id(), why)).toList();
      } finally {
        line.close();
      }
      return retraining.compare(tolerance());
    }
  }

  private void train(Retraining retraining, Progress progress, Interrupt interrupt) {
    OpenCorpora corpora = new OpenCorpora(Caches.corpora());
    RunStore store = retraining.store();
    try (Engine engine = engine()) {
      Function<ModelFamily, Trainer> trainers = family -> Trainers.of(family, engine, corpora);
      Worker worker =
          RemoteWorker.of(
              store,
              Devices.each(devices).getFirst(),
              threads,
              threads,
              Runtime.getRuntime().maxMemory(),
              Caches.corpora(),
              "./kleiber audit",
              retraining.saving(),
              PATIENCE);
      try (worker) {
        new Runner(store, trainers, List.of(worker), Pacing.USUAL, progress)
            .run(retraining.experiment(), interrupt);
      }
    }
  }
}
