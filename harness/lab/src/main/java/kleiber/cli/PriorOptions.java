package kleiber.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import kleiber.experiment.Experiment;
import kleiber.experiment.UserException;
import kleiber.laws.Law;
import kleiber.observe.Typed;
import kleiber.plan.PlannedScales;
import kleiber.plan.Prior;
import kleiber.plan.Target;
import picocli.CommandLine.Option;

/** What is supposed where nothing was measured yet, and what is to be foretold. */
final class PriorOptions {
  @Option(
      names = "--target",
      paramLabel = "params=N,tokens=D",
      description = "The run to foretell; those held out when not given.")
  private Optional<String> target = Optional.empty();

  @Option(
      names = "--law-from",
      paramLabel = "FIT.json",
      description =
          "Suppose the law and the noise of a fit. When not given: of the fit in the experiment's"
              + " own results; without one, constants that are usual for the law, moved to these"
              + " sizes.")
  private Optional<Path> lawFrom = Optional.empty();

  @Option(
      names = "--law",
      paramLabel = "LAW",
      description =
          "Suppose another law than the one that is fitted, such as Farseer, with usual constants.")
  private Optional<String> law = Optional.empty();

  @Option(
      names = "--noise",
      paramLabel = "SHARE",
      description =
          "Suppose that runs scatter by so much of the loss, such as 0.5%% (one standard"
              + " deviation), which is also what is supposed when nothing tells it.")
  private Optional<String> noise = Optional.empty();

  boolean isAsked() {
    return target.isPresent() || lawFrom.isPresent() || law.isPresent() || noise.isPresent();
  }

  Prior of(Experiment experiment, PlannedScales scales, Path folder) throws IOException {
    if (law.isPresent() && lawFrom.isPresent()) {
      throw new UserException("give --law or --law-from, but not both");
    }
    Optional<Law> other = law.map(text -> Typed.parse(Law.class, text));
    return Prior.of(experiment, scales, folder, lawFrom, other, noise());
  }

  OptionalDouble noise() {
    return noise
        .map(text -> OptionalDouble.of(Shares.parse("--noise", text)))
        .orElse(OptionalDouble.empty());
  }

  List<Target> targets() {
    return target.stream().map(Target::parse).toList();
  }
}
