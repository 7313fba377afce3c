package kleiber.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import kleiber.experiment.UserException;
import kleiber.run.Leftovers;
import kleiber.run.RunStore;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Frees what interrupted runs take. */
@Command(
    name = "clean",
    mixinStandardHelpOptions = true,
    description =
        "Delete what unfinished runs left in a folder of results: their logs so far, and the"
            + " snapshots that they would go on from. Runs that are done stay as they are.")
final class CleanCommand implements Callable<Integer> {
  @Parameters(
      index = "0",
      paramLabel = "DIR",
      description = "A folder of results, such as results/quickstart.")
  private Path folder;

  @Option(names = "--dry-run", description = "Say what would be deleted, and delete nothing.")
  private boolean dryRun;

  @Spec private CommandSpec spec;

  @Override
  public Integer call() throws IOException {
    RunStore store = new RunStore(folder);
    if (!Files.isRegularFile(store.experiment())) {
      throw new UserException(
          folder
              + " holds no results: there is no "
              + store.experiment()
              + ". Expected a folder that `kleiber run` wrote, such as results/quickstart");
    }
    Leftovers left = store.leftovers();
    String what =
        "%d unfinished %s, %s"
            .formatted(
                left.runs(), left.runs() == 1 ? "run" : "runs", Numbers.megabytes(left.bytes()));
    PrintWriter out = spec.commandLine().getOut();
    if (left.runs() == 0 && left.bytes() == 0) {
      out.println("nothing to delete: no run is unfinished in " + folder);
    } else if (dryRun) {
      out.println("would delete " + what + ", of " + folder);
    } else {
      store.clean();
      out.println("deleted " + what + ", of " + folder);
    }
    out.flush();
    return 0;
  }
}
