package kleiber.engine.host;

import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/**
 * Parallel loops for several callers at once on at most {@code threads} cores together. Each caller
 * works on its own loop; helpers join where a core is left. A core is a permit, held while working
 * on an index, so that callers and helpers never crowd one another. Idle helpers spin for a moment,
 * as the next loop usually follows at once, and then sleep.
 */
final class Team implements AutoCloseable {
  private static final int SPINS = 2_000;

  private final int threads;
  private final Semaphore cores;
  private final ConcurrentLinkedQueue<Loop> loops = new ConcurrentLinkedQueue<>();
  private volatile Helper[] helpers = {};
  private volatile boolean closed;

  Team(int threads) {
    if (threads < 1) {
      throw new IllegalArgumentException("threads is " + threads + " but must be at least 1");
    }
    this.threads = threads;
    this.cores = new Semaphore(threads, true);
  }

  /**
   * Body of a loop. No two indices run under one worker number (below threads) at the same time.
   */
  interface Body {
    void run(int worker, int index);
  }

  int threads() {
    return threads;
  }

  /** Runs the body for every index below count; returns when all are done. */
  void run(int count, Body body) {
    if (closed) {
      throw new IllegalStateException("the engine is closed");
    }
    Loop loop = new Loop(count, body);
    cores.acquireUninterruptibly();
    try {
      if (count > 1 && threads > 1) {
        loops.add(loop);
        wake();
      }
      while (loop.runNext(0)) {}
    } finally {
      loops.remove(loop);
      cores.release();
      if (!loops.isEmpty()) {
        wake();
      }
    }
    loop.await();
  }

  private void wake() {
    if (helpers.length < threads - 1) {
      start();
    }
    int spare = cores.availablePermits();
    for (Helper helper : helpers) {
      if (spare <= 0) {
        return;
      }
      if (helper.asleep) {
        LockSupport.unpark(helper);
        spare--;
      }
    }
  }

  private synchronized void start() {
    if (helpers.length < threads - 1 && !closed) {
      Helper[] started = new Helper[threads - 1];
      for (int i = 0; i < started.length; i++) {
        started[i] = new Helper(i + 1);
        started[i].start();
      }
      helpers = started;
    }
  }

  @Override
  public synchronized void close() {
    closed = true;
    for (Helper helper : helpers) {
      LockSupport.unpark(helper);
    }
  }

  /** One loop: indices are claimed one by one, in order. */
  private static final class Loop {
    private final int count;
    private final Body body;
    private final Thread caller = Thread.currentThread();
    private final AtomicInteger next = new AtomicInteger();
    private final AtomicInteger done = new AtomicInteger();
    private volatile Throwable failure;

    Loop(int count, Body body) {
      this.count = count;
      this.body = body;
    }

    boolean exhausted() {
      return next.get() >= count;
    }

    /** Whether there was an index left to run. */
    boolean runNext(int worker) {
      int index = next.getAndIncrement();
      if (index >= count) {
        return false;
      }
      try {
        body.run(worker, index);
      } catch (Throwable e) {
        failure = e;
      }
      if (done.incrementAndGet() == count) {
        LockSupport.unpark(caller);
      }
      return true;
    }

    void await() {
      for (int spins = 0; done.get() < count; spins++) {
        if (spins < SPINS) {
          Thread.onSpinWait();
        } else {
          LockSupport.park(this);
        }
      }
      if (failure instanceof Error error) {
        throw error;
      }
      if (failure != null) {
        throw new IllegalStateException("a kernel failed", failure);
      }
    }
  }

  private final class Helper extends Thread {
    private final int worker;
    private volatile boolean asleep;

    Helper(int worker) {
      super("kleiber-helper-" + worker);
      this.worker = worker;
      setDaemon(true);
    }

    @Override
    public void run() {
      int spins = 0;
      while (!closed) {
        if (help()) {
          spins = 0;
        } else if (spins++ < SPINS && cores.availablePermits() > 0) {
          Thread.onSpinWait();
        } else {
          asleep = true;
          // Look again after saying so, or a loop begun in between would go unnoticed.
          if ((loops.isEmpty() || cores.availablePermits() == 0) && !closed) {
            LockSupport.parkNanos(this, TimeUnit.MILLISECONDS.toNanos(50));
          }
          asleep = false;
          spins = 0;
        }
      }
    }

    /** Runs one index of some loop, if there is one and a core for it. */
    private boolean help() {
      for (Loop loop : loops) {
        if (!loop.exhausted() && acquire()) {
          try {
            return loop.runNext(worker);
          } finally {
            cores.release();
          }
        }
      }
      return false;
    }

    /** Callers that wait for a core come first. */
    private boolean acquire() {
      try {
        return cores.tryAcquire(0, TimeUnit.NANOSECONDS);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return false;
      }
    }
  }
}
