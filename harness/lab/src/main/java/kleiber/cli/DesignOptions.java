package kleiber.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import kleiber.experiment.Experiment;
import kleiber.experiment.Run;
import kleiber.experiment.UserException;
import kleiber.models.Gpt;
import kleiber.observe.Quantity;
import kleiber.observe.Typed;
import kleiber.plan.Budget;
import kleiber.plan.GridDesign;
import kleiber.plan.SizeRule;
import kleiber.plan.StepTimes;
import kleiber.plan.Target;
import kleiber.plan.Workplace;
import kleiber.run.RunStore;
import picocli.CommandLine.Option;

/** How a grid is designed instead of the file's own. */
final class DesignOptions {
  @Option(
      names = "--budget",
      paramLabel = "TIME",
      description =
          "Design the grid that tells most of --target in so much time, such as 2h; the file gives"
              + " everything but the grid and the hold-out. Up to two fifths go to a run that"
              + " checks.")
  private Optional<String> budget = Optional.empty();

  @Option(
      names = "--interval",
      paramLabel = "SHARE",
      description =
          "Say what time a half-width of the interval takes, such as 1%%; without --budget, design"
              + " the grid for it.")
  private Optional<String> interval = Optional.empty();

  @Option(
      names = "--sizes",
      paramLabel = "RULE",
      defaultValue = "FixedAspect:32,16",
      description =
          "Which models there are: decoders of width / depth and width / heads. Default:"
              + " ${DEFAULT-VALUE}.")
  private String sizes = "FixedAspect:32,16";

  @Option(
      names = "--write",
      paramLabel = "FILE.yaml",
      description =
          "Write the designed experiment, for `run`; a file that is there is not changed.")
  private Optional<Path> write = Optional.empty();

  boolean isAsked() {
    return budget.isPresent() || interval.isPresent();
  }

  /** Designs, says what it buys, writes the file if that was asked for. */
  Experiment design(
      ExperimentArguments arguments,
      Workplace place,
      OptionalDouble speed,
      PriorOptions prior,
      PrintWriter out)
      throws IOException {
    List<Target> targets = prior.targets();
    if (targets.isEmpty()) {
      throw new UserException(
          "a grid is designed for a target: give --target, such as params=1e8,tokens=2e9");
    }
    write
        .filter(Files::exists)
        .ifPresent(
            file -> {
              throw new UserException("--write " + file + " is there already; name a new file");
            });
    Optional<Double> paid = budget.map(DesignOptions::seconds);
    OptionalDouble asked =
        interval
            .map(text -> OptionalDouble.of(Shares.parse("--interval", text)))
            .orElse(OptionalDouble.empty());
    Experiment given = arguments.read();
    refuseSharedKeys(given);
    Path folder = arguments.folder(given);
    StepTimes times = StepTimes.read(Caches.stepTimes(), speed);
    times.learn(new RunStore(folder), given.runs(), place.devices().getFirst());
    GridDesign design =
        new GridDesign(
            arguments.file(),
            arguments.settings(),
            name(given),
            Typed.parse(SizeRule.class, sizes),
            prior.of(given, Scales.ofUnique(given, folder), folder),
            place,
            times,
            Caches.corpora(),
            targets.getFirst());
    OptionalDouble needed = OptionalDouble.empty();
    if (asked.isPresent()) {
      double share = asked.getAsDouble();
      needed = design.needed(share);
      out.println(
          needed.isPresent()
              ? "±%s at the target needs about %s"
                  .formatted(Quantity.percent(share), words(needed.getAsDouble()))
              : "±%s at the target is not to be had: runs scatter too much, or the target is too far"
                  .formatted(Quantity.percent(share)));
    }
    if (paid.isEmpty() && needed.isEmpty()) {
      throw new UserException("no budget gives that interval; give a wider one, or --budget");
    }
    double seconds = paid.isPresent() ? paid.get() : needed.getAsDouble();
    GridDesign.Designed designed = design.within(seconds);
    out.println(
        "%s: %d runs to fit and one to check them, ±%s at the target"
            .formatted(words(seconds), designed.fitted(), Quantity.percent(designed.halfWidth())));
    design.notes().forEach(out::println);
    if (designed.guessed()) {
      out.println(
          "what runs take is guessed at %s FLOP/s; --measure on a grid of such models times them"
              .formatted(Quantity.count(times.guess(place.devices().getFirst()))));
    }
    if (designed.check() >= 1) {
      out.println(
          "the target lies inside this grid: the run that checks has %s times its compute, so training the target itself costs less than foretelling it"
              .formatted(Quantity.significant(designed.check(), 2)));
    }
    if (write.isPresent()) {
      Files.writeString(write.get(), designed.experiment().text());
      out.println("written: " + write.get() + "; train it with ./kleiber run " + write.get());
    } else {
      out.println("nothing is written; --write FILE.yaml writes the experiment that is shown");
    }
    out.println();
    return designed.experiment();
  }

  /** Sizes of every head count are tried, which no count of shared heads divides but one. */
  private static void refuseSharedKeys(Experiment given) {
    for (Run run : given.runs()) {
      if (run.spec().model() instanceof Gpt gpt && gpt.kvHeads().orElse(1) > 1) {
        throw new UserException(
            "model.kvHeads is %d, but a grid is designed of models of any number of heads, which must share keys evenly; give kvHeads: 1, or leave it out"
                .formatted(gpt.kvHeads().getAsInt()));
      }
    }
  }

  /** Another than the given one's, so that its results lie elsewhere. */
  private String name(Experiment given) {
    String stem =
        write
            .map(file -> file.getFileName().toString().replaceFirst("[.]ya?ml$", ""))
            .filter(text -> !text.equals(given.name()))
            .orElse(given.name() + "-designed");
    return stem.replaceAll("[^A-Za-z0-9._-]", "-").replaceFirst("^[^A-Za-z0-9]+", "");
  }

  private static double seconds(String text) {
    Budget given = Budget.parse(text);
    if (given.unit() != Budget.Unit.SECONDS) {
      throw new UserException(
          "--budget is "
              + text
              + ", FLOPs; a grid is designed for a time of this machine, such as 90s, 45min, 2h or"
              + " 1.5d (`run --adaptive` and `next` take FLOPs too)");
    }
    return given.amount();
  }

  private static String words(double seconds) {
    return new Budget(seconds, Budget.Unit.SECONDS).words();
  }
}
