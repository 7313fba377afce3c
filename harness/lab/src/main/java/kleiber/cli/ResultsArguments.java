package kleiber.cli;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import kleiber.experiment.Experiment;
import kleiber.experiment.UserException;
import kleiber.run.RunStore;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The arguments of every command that begins with a folder of results. */
final class ResultsArguments {
  @Parameters(
      index = "0",
      paramLabel = "DIR",
      description = "A folder of results, such as results/quickstart.")
  private Path folder;

  @Option(
      names = "--set",
      paramLabel = "PATH=VALUE",
      description =
          "Read the losses otherwise than the experiment says, such as --set fit.params=total. May"
              + " be repeated; only what stands under fit, and studies, can be changed without"
              + " training.")
  private List<String> settings = new ArrayList<>();

  ResultsArguments() {}

  ResultsArguments(Path folder, List<String> settings) {
    this.folder = folder;
    this.settings = settings;
  }

  Path folder() {
    return folder;
  }

  Experiment read() {
    Path file = new RunStore(folder).experiment();
    if (!Files.isRegularFile(file)) {
      throw new UserException(
          folder
              + " holds no results: there is no "
              + file
              + ". Expected a folder that `kleiber run` wrote, such as results/quickstart");
    }
    for (String setting : settings) {
      if (!setting.startsWith("fit.") && !setting.startsWith("studies")) {
        throw new UserException(
            "--set "
                + setting
                + ": the runs are trained already; only studies and paths that begin with fit. can"
                + " be changed here");
      }
    }
    return Experiment.read(file, settings);
  }
}
