package kleiber.cli;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import kleiber.train.StopSignal;

/**
 * Ctrl-C as a stop signal: trainings end at their next step, and the JVM, which would otherwise
 * exit at once, waits for that until {@link #close}, but not for long: what is stored is whole at
 * every moment, so nothing is lost by dying. It then exits with 130 by itself.
 */
final class Interrupt implements StopSignal, AutoCloseable {
  private static final long PATIENCE_SECONDS = 20;

  private final CountDownLatch finished = new CountDownLatch(1);
  private final Thread hook = new Thread(this::interrupted, "interrupt");
  private volatile boolean stopped;

  Interrupt() {
    Runtime.getRuntime().addShutdownHook(hook);
  }

  @Override
  public boolean stopped() {
    return stopped;
  }

  private void interrupted() {
    stopped = true;
    System.err.println("kleiber: stopping; finished runs are kept");
    try {
      if (!finished.await(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
        System.err.println("kleiber: not waiting any longer");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void close() {
    finished.countDown();
    if (!stopped) {
      try {
        Runtime.getRuntime().removeShutdownHook(hook);
      } catch (IllegalStateException e) {
        // The JVM began to stop in between, and the hook has nothing left to wait for.
      }
    }
  }
}
