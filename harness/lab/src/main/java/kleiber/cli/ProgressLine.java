package kleiber.cli;

import java.io.PrintWriter;
import java.util.Locale;

/**
 * How far a grid has come: a bar with the time to go on a terminal, rewritten in place; elsewhere
 * only the lines that last. The time to go is FLOPs left over FLOPs per second so far, since runs
 * differ in length by orders of magnitude. Safe for use by many threads.
 */
final class ProgressLine {
  private static final int BAR = 24;
  private static final long REDRAW_NANOS = 200_000_000;

  private final PrintWriter out;
  private final boolean terminal;
  private final long started = System.nanoTime();
  private long drawn;
  private int drawnLength;

  ProgressLine(PrintWriter out, boolean terminal) {
    this.out = out;
    this.terminal = terminal;
  }

  /** Whether both ends of this program are a terminal. */
  static boolean onTerminal() {
    return System.console() != null
        && System.console().isTerminal()
        && !"dumb".equals(System.getenv("TERM"));
  }

  /** Prints a line that stays. */
  synchronized void say(String line) {
    erase();
    out.println(line);
    out.flush();
  }

  /** Shows the bar, at most a few times a second. */
  synchronized void show(int runsDone, int runs, double flopsDone, double flops) {
    long now = System.nanoTime();
    if (now - drawn >= REDRAW_NANOS) {
      drawn = now;
      show(bar(runsDone, runs, flopsDone, flops, (now - started) / 1e9));
    }
  }

  /** Shows a line that the next one replaces. */
  synchronized void show(String line) {
    if (!terminal) {
      return;
    }
    erase();
    // A line that wraps could not be erased; a narrower terminal than this is rare.
    line = line.substring(0, Math.min(line.length(), 79));
    out.print(line);
    out.flush();
    drawnLength = line.length();
  }

  /** Takes the bar away. */
  synchronized void close() {
    erase();
    out.flush();
  }

  static String bar(int runsDone, int runs, double flopsDone, double flops, double seconds) {
    double share = flops > 0 ? Math.min(1, flopsDone / flops) : 0;
    int filled = (int) (share * BAR);
    String left = share > 0.01 ? Numbers.duration(seconds / share * (1 - share)) + " left" : "…";
    return String.format(
        Locale.ROOT,
        "[%s%s] %3.0f %%  run %d of %d  %s FLOP/s  %s",
        "█".repeat(filled),
        "·".repeat(BAR - filled),
        100 * share,
        Math.min(runs, runsDone + 1),
        runs,
        Numbers.count(flopsDone / Math.max(1e-9, seconds)),
        left);
  }

  private void erase() {
    if (drawnLength > 0) {
      out.print("\r" + " ".repeat(drawnLength) + "\r");
      drawnLength = 0;
    }
  }
}
