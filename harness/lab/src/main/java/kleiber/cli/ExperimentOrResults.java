package kleiber.cli;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import kleiber.experiment.Experiment;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/**
 * The arguments of a command that looks at runs: where they lie, or the file that asks for them.
 */
final class ExperimentOrResults {
  @Parameters(
      index = "0",
      paramLabel = "DIR|EXPERIMENT.yaml",
      description =
          "A folder of results, such as results/quickstart, or an experiment file, the results of"
              + " which lie where `run` would put them.")
  private Path place;

  @Option(
      names = "--set",
      paramLabel = "PATH=VALUE",
      description = "Set one value of the experiment file, as for `run`. May be repeated.")
  private List<String> settings = new ArrayList<>();

  @Option(
      names = "--out",
      paramLabel = "DIR",
      description = "Folder of the results of an experiment file, as for `run`.")
  private Optional<Path> out = Optional.empty();

  /** What was asked, and where the answers are. */
  record Found(Experiment experiment, Path folder) {}

  Found find() {
    return find(place, settings, out);
  }

  static Found find(Path place, List<String> settings, Optional<Path> out) {
    if (Files.isDirectory(place)) {
      return new Found(new ResultsArguments(place, settings).read(), place);
    }
    Experiment experiment = Experiment.read(place, settings);
    return new Found(
        experiment, out.orElseGet(() -> Path.of("results").resolve(experiment.name())));
  }
}
