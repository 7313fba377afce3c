package kleiber.cli;

import kleiber.run.Signals;
import kleiber.train.StopSignal;

/**
 * Ctrl-C, a termination or the end of the terminal as a stop signal: trainings end at their next
 * step, and then the program by itself. A second one ends it at once: what is stored is whole at
 * every moment.
 */
final class Interrupt implements StopSignal, AutoCloseable {
  private static volatile Interrupt current;

  private volatile boolean stopped;

  Interrupt() {
    current = this;
    Signals.on(Interrupt::interrupted, "INT", "TERM", "HUP");
  }

  @Override
  public boolean stopped() {
    return stopped;
  }

  private static void interrupted() {
    Interrupt interrupt = current;
    if (interrupt == null || interrupt.stopped) {
      Runtime.getRuntime().halt(Failures.INTERRUPTED);
    }
    interrupt.stopped = true;
    System.err.println("kleiber: stopping; finished runs are kept; once more ends it at once");
  }

  /** From now on a signal ends the program. */
  @Override
  public void close() {
    current = null;
  }
}
