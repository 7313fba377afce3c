package kleiber.run;

import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import kleiber.experiment.Json;
import kleiber.experiment.UserException;
import kleiber.run.RemoteWorker.Exchange;

/** A {@link WorkerMain} as the process that started it sees it. */
final class WorkerProcess implements AutoCloseable {
  private static final int KEPT_LINES = 60;
  private static final long GRACE_SECONDS = 70;
  private static final int SIGNALLED = 128;

  private final Process process;
  private final BufferedWriter orders;
  private final Map<Integer, Exchange> exchanges = new ConcurrentHashMap<>();
  private final List<String> first = new ArrayList<>();
  private final Deque<String> last = new ArrayDeque<>();
  private final CountDownLatch ready = new CountDownLatch(1);
  private final Thread listener;
  private volatile String killed;
  private volatile String refused;
  private volatile boolean begun;
  private boolean ended;

  /**
   * Starts the process and waits until it is ready.
   *
   * @param patience after which one that says nothing is killed
   * @throws IOException when it ends before
   * @throws UserException when it says that what the user gave is wrong
   */
  WorkerProcess(List<String> command, Order.Setup setup, Duration patience) throws IOException {
    process = new ProcessBuilder(command).start();
    orders = process.outputWriter(StandardCharsets.UTF_8);
    Thread chatter = start("chatter", process.errorReader(), this::keep);
    listener =
        Thread.ofPlatform()
            .daemon()
            .name("worker-reports")
            .start(
                () -> {
                  read(process.inputReader(StandardCharsets.UTF_8), this::hear);
                  join(chatter);
                  end();
                });
    write(Json.line(setup));
    try {
      if (!ready.await(patience.toMillis(), TimeUnit.MILLISECONDS)) {
        kill("gave no sign of life for " + patience.toSeconds() + " s");
        ready.await();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    if (refused != null) {
      throw new UserException(refused);
    }
    if (!begun) {
      throw new IOException(ending() + ": " + said());
    }
  }

  private interface Take {
    void line(String line);
  }

  private static Thread start(String name, BufferedReader from, Take take) {
    return Thread.ofPlatform().daemon().name(name).start(() -> read(from, take));
  }

  private static void read(BufferedReader from, Take take) {
    try (from) {
      for (String line = from.readLine(); line != null; line = from.readLine()) {
        take.line(line);
      }
    } catch (IOException e) {
      // the process ended in the middle of a line
    }
  }

  private static void join(Thread thread) {
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** What is no report is chatter: native code and a dying JVM write where they like. */
  private void hear(String line) {
    Report report;
    try {
      report = WorkerMain.bind(line, Report.class);
    } catch (UserException e) {
      keep(line);
      return;
    }
    if (report.number() == 0) {
      refused = report.what() == Report.What.REFUSED ? report.text().get() : null;
      begun = report.what() == Report.What.READY;
      ready.countDown();
      return;
    }
    Exchange exchange = exchanges.get(report.number());
    if (exchange != null) {
      exchange.hear(report);
      if (exchange.isOver()) {
        exchanges.remove(report.number());
      }
    }
  }

  /** Keeps the beginning and the end of what it says. */
  private synchronized void keep(String line) {
    if (first.size() < KEPT_LINES) {
      first.add(line);
      return;
    }
    last.add(line);
    if (last.size() > KEPT_LINES) {
      last.removeFirst();
    }
  }

  private synchronized String said() {
    List<String> lines = new ArrayList<>(first);
    if (last.size() == KEPT_LINES) {
      lines.add("…");
    }
    lines.addAll(last);
    return String.join("\n", lines);
  }

  boolean isAlive() {
    return process.isAlive();
  }

  /** Gives an order; the exchange is told what becomes of it, whatever it be. */
  void begin(Exchange exchange) {
    exchanges.put(exchange.number(), exchange);
    write(exchange.order());
    synchronized (this) {
      if (ended) {
        exchange.lose(ending(), said());
      }
    }
  }

  void write(Order order) {
    write(Json.line(order));
  }

  private void write(String line) {
    synchronized (orders) {
      try {
        orders.write(line + "\n");
        orders.flush();
      } catch (IOException e) {
        // it has ended, which all that wait for it are told
      }
    }
  }

  /** Ends it by force. */
  void kill(String reason) {
    if (killed == null) {
      killed = reason;
      process.destroyForcibly();
    }
  }

  private void end() {
    ready.countDown();
    synchronized (this) {
      ended = true;
    }
    String ending = ending();
    exchanges.values().forEach(exchange -> exchange.lose(ending, said()));
  }

  /** How it ended, in words. */
  private String ending() {
    if (killed != null) {
      return "the process that trained it " + killed;
    }
    try {
      int code = process.waitFor();
      return "the process that trained it ended with exit code "
          + code
          + (code > SIGNALLED ? " (signal " + (code - SIGNALLED) + ")" : "");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return "the process that trained it ended";
    }
  }

  /** Lets it end by itself, which it does when it hears no more, and by force when it does not. */
  @Override
  public void close() {
    synchronized (orders) {
      try {
        orders.close();
      } catch (IOException e) {
        // it has ended already
      }
    }
    try {
      if (!process.waitFor(GRACE_SECONDS, TimeUnit.SECONDS)) {
        kill("did not end");
      }
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }
}
