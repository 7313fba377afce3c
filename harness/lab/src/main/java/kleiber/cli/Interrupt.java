package kleiber.cli;

import kleiber.run.Signals;
import kleiber.train.StopSignal;

/**
 * Ctrl-C, a termination or the end of the terminal as a stop signal: trainings end at their next
 * step, and then the program by itself. A second Ctrl-C ends it at once: what is stored is whole at
 * every moment. A second termination changes nothing, since schedulers tend to send several.
 */
final class Interrupt implements StopSignal, AutoCloseable {
  private static volatile Interrupt current;

  private volatile boolean stopped;

  Interrupt() {
    current = this;
    Signals.on(() -> interrupted(true), "INT");
    Signals.on(() -> interrupted(false), "TERM", "HUP");
  }

  @Override
  public boolean stopped() {
    return stopped;
  }

  private static void interrupted(boolean byHand) {
    Interrupt interrupt = current;
    if (interrupt == null || interrupt.stopped && byHand) {
      Runtime.getRuntime().halt(Failures.INTERRUPTED);
    } else if (!interrupt.stopped) {
      interrupt.stopped = true;
      System.err.println("kleiber: stopping; what is done is kept; Ctrl-C again ends it at once");
    }
  }

  /** From now on a signal ends the program. */
  @Override
  public void close() {
    current = null;
  }
}
