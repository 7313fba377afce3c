package kleiber.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import kleiber.experiment.Experiment;
import kleiber.experiment.FitPlan;
import kleiber.experiment.UserException;
import kleiber.fit.Huber;
import kleiber.fit.LawFitter;
import kleiber.fit.Objective;
import kleiber.fit.Outcome;
import kleiber.fit.ScaleAxis;
import kleiber.laws.Chinchilla;
import kleiber.laws.Law;
import kleiber.laws.LinearInAmplitudes;
import kleiber.observe.FitFile;
import kleiber.observe.LossTable;
import kleiber.observe.TableFit;
import kleiber.observe.TableFitFile;
import kleiber.observe.Typed;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Fits a law to losses that are there. */
@Command(
    name = "fit",
    mixinStandardHelpOptions = true,
    description = {
      "Fit a law to tables of losses, and say how the same law, fitted without the largest runs,"
          + " foretells them.",
      "Given nothing but a folder of results, fit the law of the experiment as its plan says,"
          + " foretell what the plan holds out, and write fits/<law>.json there."
    })
final class FitCommand implements Callable<Integer> {
  private static final int ENOUGH_DRAWS = 1000;
  private static final int FEWEST_DRAWS = 100;
  private static final int MOST_DRAWS = 100_000;

  /** Rows times draws from which a bootstrap that nobody asked for is cut short. */
  private static final double MANY_REFITS = 2e7;

  /** The same for a law that is not solved for its amplitudes, which takes far longer to fit. */
  private static final double MANY_SLOW_REFITS = 1e5;

  private static final double CONFIDENCE = 0.9;

  @Mixin private TableArguments table;

  @Option(
      names = "--set",
      paramLabel = "PATH=VALUE",
      description =
          "For a folder of results: read the losses otherwise than the experiment says, such as"
              + " --set fit.params=total. May be repeated.")
  private List<String> settings = new ArrayList<>();

  @Option(
      names = "--law",
      paramLabel = "LAW",
      description =
          "The law, such as Farseer or BrokenPowerLaw:breaks=1,x=flops; `kleiber list laws` shows"
              + " all. Chinchilla, or that of the experiment, when not given.")
  private Optional<String> law = Optional.empty();

  @Option(
      names = "--objective",
      paramLabel = "OBJECTIVE",
      description =
          "What is minimised, such as least-squares; `kleiber list objectives` shows all."
              + " huber:1e-3, or that of the experiment, when not given.")
  private Optional<String> objective = Optional.empty();

  @ArgGroup private HoldOutOption holdOut = new HoldOutOption();

  @Option(
      names = "--bootstrap",
      paramLabel = "DRAWS",
      description =
          "Resamples that intervals come from; 0 for none. 1000 when not given, fewer where"
              + " a resample takes long.")
  private Optional<Integer> bootstrap = Optional.empty();

  @Option(
      names = "--confidence",
      paramLabel = "SHARE",
      description = "Of all intervals; 0.9, or that of the experiment, when not given.")
  private Optional<Double> confidence = Optional.empty();

  @Option(
      names = "--json",
      paramLabel = "FILE",
      description = "Write the fit, for `predict` and for other programs.")
  private Optional<Path> json = Optional.empty();

  @Spec private CommandSpec spec;

  @Override
  public Integer call() throws IOException {
    Optional<Experiment> experiment =
        table.folder().map(folder -> new ResultsArguments(folder, settings).read());
    if (experiment.isEmpty() && !settings.isEmpty()) {
      throw new UserException("--set is for a folder of results; " + table.files() + " is none");
    }
    boolean asPlanned =
        experiment.isPresent()
            && !table.selects()
            && law.isEmpty()
            && objective.isEmpty()
            && holdOut.isEmpty()
            && bootstrap.isEmpty()
            && confidence.isEmpty()
            && json.isEmpty();
    return asPlanned ? fitAsPlanned(experiment.get(), table.folder().get()) : fitTable(experiment);
  }

  private int fitTable(Optional<Experiment> experiment) throws IOException {
    Optional<FitPlan> plan = experiment.map(Experiment::fit);
    Law fittedLaw =
        law.map(text -> Typed.parse(Law.class, text))
            .or(() -> plan.map(FitPlan::law))
            .orElseGet(Chinchilla::new);
    Objective minimised =
        objective
            .map(text -> Typed.parse(Objective.class, text))
            .or(() -> plan.map(FitPlan::objective))
            .orElseGet(() -> new Huber(1e-3));
    TableFit.Boundary boundary =
        holdOut.isEmpty() && plan.isPresent()
            ? new TableFit.Boundary(ScaleAxis.FLOPS, Optional.of(plan.get().holdOut().flopsAbove()))
            : holdOut.boundary();
    double share = confidence.or(() -> plan.map(FitPlan::confidence)).orElse(CONFIDENCE);
    if (!(share > 0 && share < 1)) {
      throw new UserException("--confidence is " + share + " but must lie between 0 and 1");
    }
    int wanted = bootstrap.orElse(ENOUGH_DRAWS);
    if (wanted != 0 && wanted < 20) {
      throw new UserException(
          "--bootstrap is " + wanted + " but an interval needs at least 20 resamples; 0 for none");
    }
    if (wanted > MOST_DRAWS) {
      throw new UserException("--bootstrap is " + wanted + " but must be at most " + MOST_DRAWS);
    }
    table.requireAxesOf(fittedLaw);
    LossTable rows = table.read(fittedLaw, experiment);
    rows.requireFor(minimised);
    TableFit fit =
        TableFit.of(
            rows,
            fittedLaw,
            new LawFitter(minimised),
            boundary,
            draws(wanted, fittedLaw, rows),
            share);
    PrintWriter out = spec.commandLine().getOut();
    FitText.print(fit, out);
    out.flush();
    if (json.isPresent()) {
      List<String> files = table.files().stream().map(Path::toString).toList();
      try {
        TableFitFile.of(fit, files).write(json.get());
      } catch (IOException e) {
        throw new IOException("cannot write --json " + json.get() + ": " + Sentences.of(e), e);
      }
    }
    return fit.fitted().outcome() == Outcome.FAILED ? Failures.FAILED : 0;
  }

  /** As many resamples as were asked for; where nobody asked, no more than take a minute or so. */
  private int draws(int wanted, Law of, LossTable rows) {
    if (bootstrap.isPresent()) {
      return wanted;
    }
    double most = of instanceof LinearInAmplitudes ? MANY_REFITS : MANY_SLOW_REFITS;
    double affordable = most / rows.observations().size();
    return (int) Math.max(FEWEST_DRAWS, Math.min(ENOUGH_DRAWS, affordable));
  }

  private int fitAsPlanned(Experiment experiment, Path folder) throws IOException {
    Findings findings = new Findings(experiment, folder);
    PrintWriter out = spec.commandLine().getOut();
    Optional<FitFile> fit = FitFile.of(findings.conclusions().analysis());
    if (fit.isPresent()) {
      FitText.print(fit.get(), out);
      Path file = FitFile.path(folder, experiment.fit().law());
      if (settings.isEmpty()) {
        fit.get().write(file);
      } else {
        out.println("not written: with --set it is another fit than that of the report, " + file);
      }
    }
    findings.say(out);
    return fit.isPresent() ? 0 : Failures.FAILED;
  }
}
