package kleiber.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicBoolean;
import kleiber.experiment.Experiment;
import kleiber.experiment.UserException;
import kleiber.observe.Positive;
import kleiber.plan.GridCost;
import kleiber.plan.PlannedScales;
import kleiber.plan.Prospect;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** What an experiment costs and what it would tell, without training it. */
@Command(
    name = "plan",
    mixinStandardHelpOptions = true,
    description = {
      "Print every run of an experiment: its size, tokens, FLOPs, cohort, memory, minutes, side of"
          + " the hold-out and whether it is done; and what the finished grid would tell, were a"
          + " law to hold. Trains nothing but what --measure times.",
      "Takes the options of `run`, so that what is planned is what would be done."
    })
final class PlanCommand implements Callable<Integer> {
  /** A plan is to be there at once. */
  private static final int MOST_RUNS = 2000;

  @Mixin private ExperimentArguments arguments;

  @Mixin private TrainingOptions training;

  @Mixin private PriorOptions prior;

  @Option(
      names = "--measure",
      description =
          "Train every shape that was not timed on this machine yet for a few seconds, alone and"
              + " beside others, and keep what that took for later plans.")
  private boolean measure;

  @Option(
      names = "--measure-seconds",
      paramLabel = "SECONDS",
      defaultValue = "3",
      description = "How long each time. Default: ${DEFAULT-VALUE}.")
  private double measureSeconds;

  @Option(
      names = "--speed",
      paramLabel = "FLOP/S",
      description = "Of a device, for shapes where nothing was measured.")
  private Optional<Double> speed = Optional.empty();

  @Option(
      names = "--price-per-hour",
      paramLabel = "MONEY",
      description = "What an hour of a device costs.")
  private Optional<Double> price = Optional.empty();

  @Option(
      names = "--difference",
      paramLabel = "SHARE",
      description =
          "Say how likely a difference between two recipes is to be seen, such as 1%% of the loss.")
  private Optional<String> difference = Optional.empty();

  @ArgGroup(exclusive = false, heading = "Designing a grid:%n")
  private DesignOptions design = new DesignOptions();

  @Spec private CommandSpec spec;

  @Override
  public Integer call() throws IOException {
    training.check();
    Positive.require("--measure-seconds", measureSeconds);
    Positive.require("--speed", speed);
    Positive.require("--price-per-hour", price);
    OptionalDouble share = difference.map(PlanCommand::share).orElse(OptionalDouble.empty());
    OptionalDouble given = optional(speed);
    OptionalDouble perHour = optional(price);
    PrintWriter out = spec.commandLine().getOut();
    Experiment experiment =
        design.isAsked()
            ? design.design(arguments, training.workplace(), given, prior, out)
            : arguments.readToTrain();
    Path folder = arguments.folder(experiment);
    PlannedScales scales = Scales.of(experiment, folder, out);
    List<String> prospect = prospect(experiment, scales, folder, share);
    Plan plan = Plan.of(experiment, folder, training.workplace(), given, perHour);
    if (measure) {
      measure(plan, out);
    }
    out.println(plan.text());
    out.println();
    prospect.forEach(out::println);
    out.flush();
    return 0;
  }

  private void measure(Plan plan, PrintWriter out) throws IOException {
    AtomicBoolean told = new AtomicBoolean();
    GridCost.measure(
        plan.pending(),
        plan.place(),
        plan.times(),
        measureSeconds,
        Caches.corpora(),
        line -> {
          told.set(true);
          out.println(line);
          out.flush();
        });
    if (!told.get()) {
      out.println(
          plan.pending().isEmpty()
              ? "nothing to time: every run is done"
              : "nothing to time: every shape was timed on this machine before, see "
                  + Caches.stepTimes());
    }
    out.println();
  }

  /** A grid may be planned of which nothing can be foretold, unless that was asked. */
  private List<String> prospect(
      Experiment experiment, PlannedScales scales, Path folder, OptionalDouble share)
      throws IOException {
    if (experiment.runs().size() > MOST_RUNS && !prior.isAsked() && share.isEmpty()) {
      return List.of(
          "What %d runs would tell takes a while to find out: --target or --noise asks for it."
              .formatted(experiment.runs().size()));
    }
    try {
      return Prospect.of(experiment, scales, prior.of(experiment, scales, folder), prior.targets())
          .sentences(share);
    } catch (UserException e) {
      if (prior.isAsked() || share.isPresent()) {
        throw e;
      }
      return List.of("What the grid would tell is not known: " + e.getMessage());
    }
  }

  private static OptionalDouble share(String text) {
    return OptionalDouble.of(Shares.parse("--difference", text));
  }

  private static OptionalDouble optional(Optional<Double> value) {
    return value.map(OptionalDouble::of).orElse(OptionalDouble.empty());
  }
}
