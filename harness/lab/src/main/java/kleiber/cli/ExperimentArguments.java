package kleiber.cli;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import kleiber.experiment.Experiment;
import kleiber.experiment.UserException;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The arguments of every command that begins with an experiment file. */
final class ExperimentArguments {
  @Parameters(
      index = "0",
      paramLabel = "EXPERIMENT.yaml",
      description = "The experiment file: a question, a grid of trainings, a law.")
  private Path file;

  @Option(
      names = "--set",
      paramLabel = "PATH=VALUE",
      description =
          "Set one value of the file, such as --set base.seed=2 or"
              + " --set 'grid.0.tokens=[1e5, 2e5]'. May be repeated.")
  private List<String> settings = new ArrayList<>();

  @Option(
      names = "--out",
      paramLabel = "DIR",
      description = "Folder of the results; results/<name of the experiment> when not given.")
  private Optional<Path> out = Optional.empty();

  Path file() {
    return file;
  }

  List<String> settings() {
    return List.copyOf(settings);
  }

  Experiment read() {
    return Experiment.read(file, settings);
  }

  /** Of runs that are to be paid for. */
  Experiment readToTrain() {
    return Experiment.readToTrain(file, settings);
  }

  Path folder(Experiment experiment) {
    Path folder = out.orElseGet(() -> Path.of("results").resolve(experiment.name()));
    if (folder.toString().isBlank()) {
      throw new UserException("--out is empty; expected a folder, such as results/mine");
    }
    if (Files.exists(folder) && !Files.isDirectory(folder)) {
      throw new UserException("--out " + folder + " is a file; expected a folder");
    }
    return folder;
  }
}
