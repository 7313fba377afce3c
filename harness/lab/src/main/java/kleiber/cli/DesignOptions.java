package kleiber.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import kleiber.experiment.Experiment;
import kleiber.experiment.UserException;
import kleiber.observe.Quantity;
import kleiber.observe.Typed;
import kleiber.plan.Budget;
import kleiber.plan.GridDesign;
import kleiber.plan.SizeRule;
import kleiber.plan.StepTimes;
import kleiber.plan.Target;
import kleiber.plan.Workplace;
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
    Experiment given = arguments.read();
    GridDesign design =
        new GridDesign(
            arguments.file(),
            arguments.settings(),
            Typed.parse(SizeRule.class, sizes),
            prior.of(given, arguments.folder(given)),
            place,
            StepTimes.read(Caches.stepTimes(), speed),
            Caches.corpora(),
            targets.getFirst());
    OptionalDouble needed = OptionalDouble.empty();
    if (interval.isPresent()) {
      double share = Shares.parse("--interval", interval.get());
      needed = design.needed(share);
      out.println(
          needed.isPresent()
              ? "±%s at the target needs about %s"
                  .formatted(Quantity.percent(share), words(needed.getAsDouble()))
              : "±%s at the target is not to be had: runs scatter too much, or the target is too far"
                  .formatted(Quantity.percent(share)));
    }
    if (budget.isEmpty() && needed.isEmpty()) {
      throw new UserException("no budget gives that interval; give a wider one, or --budget");
    }
    double seconds = budget.isPresent() ? seconds(budget.get()) : needed.getAsDouble();
    GridDesign.Designed designed = design.within(seconds);
    out.println(
        "%s: %d runs to fit and one to check them, ±%s at the target"
            .formatted(words(seconds), designed.fitted(), Quantity.percent(designed.halfWidth())));
    if (write.isPresent()) {
      Files.writeString(write.get(), designed.experiment().text());
      out.println("written: " + write.get() + "; train it with ./kleiber run " + write.get());
    } else {
      out.println("nothing is written; --write FILE.yaml writes the experiment that is shown");
    }
    out.println();
    return designed.experiment();
  }

  private static double seconds(String text) {
    Budget given = Budget.parse(text);
    if (given.unit() != Budget.Unit.SECONDS) {
      throw new UserException("--budget is " + text + "; expected a time, such as 45min or 2h");
    }
    return given.amount();
  }

  private static String words(double seconds) {
    return new Budget(seconds, Budget.Unit.SECONDS).words();
  }
}
