package kleiber.cli;

import java.io.PrintWriter;
import java.util.Locale;
import java.util.function.LongSupplier;

/**
 * How far a grid has come: a bar with the time to go on a terminal, rewritten in place; elsewhere a
 * line of it a minute between the lines that last. The time to go is FLOPs left over FLOPs per
 * second so far, since runs differ in length by orders of magnitude. Safe for use by many threads.
 */
final class ProgressLine {
  private static final int BAR = 24;
  private static final long REDRAW_NANOS = 200_000_000;
  private static final long LINE_NANOS = 60_000_000_000L;

  private final PrintWriter out;
  private final boolean terminal;
  private final LongSupplier clock;
  private final long started;
  private long drawn;
  private long printed;
  private int drawnLength;

  ProgressLine(PrintWriter out, boolean terminal) {
    this(out, terminal, System::nanoTime);
  }

  /**
   * @param clock in nanoseconds
   */
  ProgressLine(PrintWriter out, boolean terminal, LongSupplier clock) {
    this.out = out;
    this.terminal = terminal;
    this.clock = clock;
    started = clock.getAsLong();
    drawn = started - REDRAW_NANOS;
    printed = started;
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
    long now = clock.getAsLong();
    if (now - drawn >= REDRAW_NANOS) {
      drawn = now;
      show(bar(runsDone, runs, flopsDone, flops, (now - started) / 1e9));
    }
  }

  /**
   * Shows how far something is that comes before a grid, at most a few times a second.
   *
   * @param what is done
   * @param begun when it was begun, by {@link System#nanoTime}
   */
  synchronized void show(String what, double done, double all, long begun) {
    long now = clock.getAsLong();
    if (now - drawn >= REDRAW_NANOS) {
      drawn = now;
      double share = all > 0 ? Math.min(1, done / all) : 0;
      show(
          String.format(
              Locale.ROOT,
              "%3.0f %%  %s  %s",
              100 * share,
              left(share, (now - begun) / 1e9),
              what));
    }
  }

  /** Shows a line that the next one replaces; off a terminal, prints it if a minute is over. */
  synchronized void show(String line) {
    if (!terminal) {
      if (clock.getAsLong() - printed >= LINE_NANOS) {
        printed = clock.getAsLong();
        out.println(line);
        out.flush();
      }
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
    return String.format(
        Locale.ROOT,
        "[%s%s] %3.0f %%  run %d of %d  %s FLOP/s  %s",
        "█".repeat(filled),
        "·".repeat(BAR - filled),
        100 * share,
        Math.min(runs, runsDone + 1),
        runs,
        Numbers.count(flopsDone / Math.max(1e-9, seconds)),
        left(share, seconds));
  }

  private static String left(double share, double seconds) {
    return share > 0.01 ? Numbers.duration(seconds / share * (1 - share)) + " left" : "…";
  }

  private void erase() {
    if (drawnLength > 0) {
      out.print("\r" + " ".repeat(drawnLength) + "\r");
      drawnLength = 0;
    }
  }
}
