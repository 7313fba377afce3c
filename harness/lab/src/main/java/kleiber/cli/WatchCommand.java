package kleiber.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.util.List;
import java.util.concurrent.Callable;
import kleiber.experiment.UserException;
import kleiber.live.GridReader;
import kleiber.live.GridState;
import kleiber.live.RunState;
import kleiber.run.RunStore;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** A grid as it is trained, by whomever. */
@Command(
    name = "watch",
    mixinStandardHelpOptions = true,
    description =
        "Show how a grid comes along that this machine or others train: devices and their cohorts,"
            + " tokens per second, time to go, losses so far, last events. Ends with the grid. On a"
            + " terminal the picture is drawn again and again; elsewhere it is a line a minute.")
final class WatchCommand implements Callable<Integer> {
  private static final double LINE_SECONDS = 60;
  private static final double FRAME_SECONDS = 1;

  @Mixin private ResultsArguments arguments;

  @Option(
      names = "--every",
      paramLabel = "SECONDS",
      description = "Time between two looks; 1 on a terminal and 60 elsewhere when not given.")
  private Double every;

  @Option(names = "--once", description = "Look once, and show all that a terminal would.")
  private boolean once;

  @Spec private CommandSpec spec;

  @Override
  public Integer call() throws IOException {
    if (every != null && !(every >= 0.1 && every <= 86_400)) {
      throw new UserException("--every is " + every + " but must be 0.1 to 86400 seconds");
    }
    GridReader reader =
        new GridReader(arguments.read(), new RunStore(arguments.folder()), PeakCache.PEAKS);
    PrintWriter out = spec.commandLine().getOut();
    if (once) {
      WatchText.frame(reader.now(), Integer.MAX_VALUE, Integer.MAX_VALUE).forEach(out::println);
      out.flush();
      return 0;
    }
    return ProgressLine.onTerminal() ? draw(reader, out) : print(reader, out);
  }

  /** Draws over what was drawn before. */
  private int draw(GridReader reader, PrintWriter out) throws IOException {
    int drawn = 0;
    while (true) {
      GridState grid = reader.now();
      TerminalSize window = TerminalSize.now();
      List<String> frame = WatchText.frame(grid, window.rows(), window.columns());
      if (drawn > 0) {
        out.print("\033[" + drawn + "F");
      }
      frame.forEach(line -> out.print(line + "\033[K\n"));
      out.print("\033[J");
      out.flush();
      drawn = frame.size();
      if (grid.over() || !sleep(FRAME_SECONDS)) {
        return exitCode(grid);
      }
    }
  }

  private int print(GridReader reader, PrintWriter out) throws IOException {
    while (true) {
      GridState grid = reader.now();
      out.println(WatchText.line(grid));
      out.flush();
      if (grid.over() || !sleep(LINE_SECONDS)) {
        return exitCode(grid);
      }
    }
  }

  /** Whether nobody wants this to end. */
  private boolean sleep(double usual) {
    try {
      Thread.sleep((long) (1000 * (every == null ? usual : every)));
      return true;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  private static int exitCode(GridState grid) {
    return grid.count(RunState.FAILED) > 0 ? Failures.FAILED : 0;
  }
}
