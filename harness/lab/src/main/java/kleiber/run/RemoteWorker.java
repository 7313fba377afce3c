package kleiber.run;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;
import kleiber.experiment.Run;
import kleiber.experiment.UserException;
import kleiber.train.StopSignal;

/**
 * Trains in a process of its own, so that what ends a training cannot end the grid. The process is
 * started when it is first needed and again when it has died; one that gives no sign of life for
 * too long is killed.
 */
public final class RemoteWorker extends Worker {
  private static final long LOOK_MILLIS = 100;
  private static final int STARTS = 3;

  private final Order.Setup setup;
  private final List<String> command;
  private final double heap;
  private final Duration patience;
  private final LongSupplier nanos;
  private final ReadWriteLock process = new ReentrantReadWriteLock(true);
  private final AtomicInteger orders = new AtomicInteger();
  private WorkerProcess running;

  /**
   * @param devices one word of {@code --devices}
   * @param threads of its engine
   * @param lanes cohorts trained side by side
   * @param memory bytes that its heap may grow to
   * @param corpora where tokenized text is kept
   * @param command as the user gave it, for provenance
   * @param saving how much is kept besides losses
   * @param patience how long a training may give no sign before its process is killed
   */
  public static RemoteWorker of(
      RunStore store,
      String devices,
      int threads,
      int lanes,
      long memory,
      Path corpora,
      String command,
      Saving saving,
      Duration patience) {
    return new RemoteWorker(
        store,
        new Order.Setup(
            store.folder().toString(),
            devices,
            threads,
            lanes,
            corpora.toString(),
            command,
            saving),
        SameProgram.command(WorkerMain.class, "-Xmx" + memory),
        memory,
        patience,
        System::nanoTime);
  }

  /**
   * @param nanos the clock that patience is measured by
   */
  RemoteWorker(
      RunStore store,
      Order.Setup setup,
      List<String> command,
      double heap,
      Duration patience,
      LongSupplier nanos) {
    super(store, new Device(setup.devices(), setup.threads()), setup.command(), setup.saving());
    this.setup = setup;
    this.command = command;
    this.heap = heap;
    this.patience = patience;
    this.nanos = nanos;
  }

  @Override
  int lanes() {
    return setup.lanes();
  }

  @Override
  double heap() {
    return heap;
  }

  @Override
  Ending train(List<Task> cohort, boolean alone, StopSignal stop, Overview overview)
      throws WorkerLost {
    Lock lock = alone ? process.writeLock() : process.readLock();
    lock.lock();
    try {
      Exchange exchange = new Exchange(orders.incrementAndGet(), cohort, overview, nanos);
      WorkerProcess at = order(exchange);
      boolean stopping = false;
      while (!exchange.isOver(LOOK_MILLIS)) {
        if ((stop.stopped() || exchange.wasInterrupted()) && !stopping) {
          at.write(Order.STOP);
          stopping = true;
        }
        if (exchange.silent().compareTo(patience) > 0) {
          at.kill("gave no sign of life for " + patience.toSeconds() + " s");
        }
      }
      if (exchange.wasInterrupted()) {
        Thread.currentThread().interrupt();
      }
      return exchange.ending();
    } finally {
      lock.unlock();
    }
  }

  private synchronized WorkerProcess order(Exchange exchange) throws WorkerLost {
    if (running == null || !running.isAlive()) {
      running = start();
    }
    running.begin(exchange);
    return running;
  }

  /** One that is killed before it is ready has harmed no run: it is started again. */
  private WorkerProcess start() {
    for (int tried = 1; ; tried++) {
      try {
        return new WorkerProcess(command, setup, patience);
      } catch (IOException e) {
        if (tried == STARTS || Thread.currentThread().isInterrupted()) {
          throw new UserException(
              "the process that trains does not start, tried %d times: %s"
                  .formatted(tried, e.getMessage()),
              e);
        }
      }
    }
  }

  @Override
  public synchronized void close() {
    if (running != null) {
      running.close();
    }
  }

  /** One order and what is told of it. */
  static final class Exchange {
    private final int number;
    private final Map<String, Run> runs;
    private final List<Task> cohort;
    private final Overview overview;
    private final LongSupplier nanos;
    private long heard;
    private Ending ending;
    private RuntimeException fault;
    private WorkerLost lost;
    private boolean interrupted;

    Exchange(int number, List<Task> cohort, Overview overview, LongSupplier nanos) {
      this.nanos = nanos;
      this.heard = nanos.getAsLong();
      this.number = number;
      this.cohort = cohort;
      this.overview = overview;
      runs =
          cohort.stream()
              .collect(
                  Collectors.toMap(task -> task.run().id(), Task::run, (a, _) -> a, HashMap::new));
    }

    int number() {
      return number;
    }

    Order order() {
      Function<Task, Order.Member> member =
          task ->
              new Order.Member(
                  task.run().canonical(),
                  task.claim().folder().toString(),
                  task.claim().begun(),
                  task.facts());
      return new Order(number, cohort.stream().map(member).toList());
    }

    synchronized Duration silent() {
      return Duration.ofNanos(nanos.getAsLong() - heard);
    }

    synchronized void hear(Report report) {
      heard = nanos.getAsLong();
      try {
        Run run = report.run().map(runs::get).orElse(null);
        switch (report.what()) {
          case READY -> {}
          case STARTED -> overview.started(run);
          case RESUMED -> overview.resumed(run, report.step().getAsLong());
          case NOT_RESUMED -> overview.notResumed(run, report.text().get());
          case NOT_SAVED -> overview.notSaved(run, report.text().get());
          case KEPT -> overview.kept(run);
          case ADVANCED -> overview.advanced(run, report.share().getAsDouble());
          case CHECKPOINT -> overview.checkpoint(run, report.checkpoint().get());
          case ENDED -> overview.ended(run, report.state().get(), report.text());
          case DISCARDED -> overview.discarded(run);
          case PAUSED -> overview.paused(report.text().get());
          case REFUSED -> throw new UserException(report.text().get());
          case FAULT -> throw new IllegalStateException(report.text().get());
          case ANSWER ->
              ending =
                  new Ending(report.again().get().stream().map(runs::get).toList(), report.text());
        }
      } catch (RuntimeException e) {
        fault = e;
      }
      notifyAll();
    }

    synchronized void lose(String reason, String said) {
      lost = new WorkerLost(reason, said);
      notifyAll();
    }

    synchronized boolean isOver(long millis) {
      try {
        if (!isOver()) {
          wait(millis);
        }
      } catch (InterruptedException e) {
        interrupted = true;
      }
      return isOver();
    }

    /** Whether the one that waits was interrupted, which stops the cohort like a signal. */
    synchronized boolean wasInterrupted() {
      return interrupted;
    }

    synchronized boolean isOver() {
      return ending != null || fault != null || lost != null;
    }

    synchronized Ending ending() throws WorkerLost {
      if (fault != null) {
        throw fault;
      }
      if (ending == null) {
        throw lost;
      }
      return ending;
    }
  }
}
