package kleiber.live;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import kleiber.experiment.Experiment;
import kleiber.experiment.Json;
import kleiber.live.GridState.RunNow;
import kleiber.run.RunStore;

/**
 * A grid in a browser: its state as it changes, told by server-sent events, and the report of what
 * is there. Everything is read, and nothing changed.
 *
 * <pre>
 * /               the page
 * /state.json     the state now
 * /events         the state whenever it changes, once a second at most
 * /report/…       the growing report and its figures
 * /files/…        files of the results folder
 * </pre>
 */
public final class LiveServer implements AutoCloseable {
  private static final long LOOK_MILLIS = 1000;

  /** A sign of life now and then keeps what lies between from closing the line. */
  private static final long QUIET_MILLIS = 15_000;

  private static final int MOST_LISTENERS = 64;
  private static final String EVENTS = "text/event-stream";

  /** What a browser is told: the state, and what follows from it. */
  private record Frame(
      GridState grid,
      long ended,
      double tokensPerSecond,
      double flopsPerSecond,
      OptionalDouble secondsLeft,
      boolean over) {}

  private final GridReader reader;
  private final FolderFiles files;
  private final GrowingReport report;
  private final HttpServer server;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final Semaphore listeners = new Semaphore(MOST_LISTENERS);
  private GridState grid;
  private long readNanos;

  /**
   * Begins to serve.
   *
   * @param address to listen on; port 0 takes one that is free
   * @param token that is asked for; must be there unless the address is this machine's own
   * @throws IOException when the address is not to be had
   * @throws IllegalArgumentException when others could look without a token
   */
  public static LiveServer start(
      InetSocketAddress address,
      Optional<String> token,
      Experiment experiment,
      RunStore store,
      GridReader reader)
      throws IOException {
    if (token.isEmpty() && !address.getAddress().isLoopbackAddress()) {
      throw new IllegalArgumentException(
          address + " can be reached from elsewhere, so a token must be asked for");
    }
    return new LiveServer(address, token, experiment, store, reader);
  }

  private LiveServer(
      InetSocketAddress address,
      Optional<String> token,
      Experiment experiment,
      RunStore store,
      GridReader reader)
      throws IOException {
    this.reader = reader;
    files = new FolderFiles(store.folder());
    server = HttpServer.create(address, 0);
    report = new GrowingReport(experiment, store);
    Guard guard = new Guard(token);
    serve("/", guard, this::page);
    serve("/state.json", guard, this::state);
    serve("/events", guard, this::events);
    serve("/report/", guard, this::report);
    serve("/files/", guard, exchange -> send(exchange, files, "/files/"));
    server.setExecutor(threads);
    server.start();
  }

  /** Where it listens, with the port that was taken. */
  public InetSocketAddress address() {
    return server.getAddress();
  }

  private void serve(String path, Guard guard, HttpHandler handler) {
    server
        .createContext(
            path,
            exchange -> {
              try (exchange) {
                handler.handle(exchange);
              }
            })
        .getFilters()
        .add(guard);
  }

  private void page(HttpExchange exchange) throws IOException {
    String name = exchange.getRequestURI().getPath().substring(1);
    switch (name.isEmpty() ? "live.html" : name) {
      case "live.html", "live.css", "live.js" -> {
        String resource = name.isEmpty() ? "live.html" : name;
        try (InputStream in = LiveServer.class.getResourceAsStream(resource)) {
          Reply.bytes(exchange, 200, Reply.type(resource), Reply.OWN, in.readAllBytes());
        }
      }
      default -> notFound(exchange);
    }
  }

  private static void notFound(HttpExchange exchange) throws IOException {
    Reply.text(exchange, 404, "There is nothing here.");
  }

  private static void send(HttpExchange exchange, FolderFiles from, String place)
      throws IOException {
    var file = from.find(exchange.getRequestURI().getRawPath().substring(place.length()));
    if (file.isPresent()) {
      Reply.file(exchange, file.get());
    } else {
      notFound(exchange);
    }
  }

  private void report(HttpExchange exchange) throws IOException {
    List<String> ended =
        grid().runs().stream()
            .filter(run -> run.state() == RunState.DONE || run.state() == RunState.DIVERGED)
            .map(RunNow::id)
            .toList();
    send(exchange, new FolderFiles(report.of(ended)), "/report/");
  }

  private void state(HttpExchange exchange) throws IOException {
    byte[] json = frame().getBytes(StandardCharsets.UTF_8);
    Reply.bytes(exchange, 200, "application/json", Reply.OWN, json);
  }

  private void events(HttpExchange exchange) throws IOException {
    if (exchange.getRequestMethod().equals("HEAD")) {
      Reply.bytes(exchange, 200, EVENTS, Reply.OWN, new byte[0]);
      return;
    }
    if (!listeners.tryAcquire()) {
      Reply.text(exchange, 503, "Too many look on already.");
      return;
    }
    try (OutputStream out = Reply.stream(exchange, EVENTS)) {
      String told = "";
      long toldNanos = System.nanoTime();
      while (!threads.isShutdown()) {
        String frame = frame();
        long now = System.nanoTime();
        boolean quiet = TimeUnit.NANOSECONDS.toMillis(now - toldNanos) > QUIET_MILLIS;
        if (!frame.equals(told) || quiet) {
          String lines = frame.equals(told) ? ": still here\n\n" : "data: " + frame + "\n\n";
          out.write(lines.getBytes(StandardCharsets.UTF_8));
          out.flush();
          told = frame;
          toldNanos = now;
        }
        Thread.sleep(LOOK_MILLIS);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt(); // closed
    } finally {
      listeners.release();
    }
  }

  /** However many look on, the files are looked at once a second. */
  private synchronized GridState grid() throws IOException {
    long now = System.nanoTime();
    if (grid == null || TimeUnit.NANOSECONDS.toMillis(now - readNanos) >= LOOK_MILLIS * 9 / 10) {
      grid = reader.now();
      readNanos = now;
    }
    return grid;
  }

  private String frame() throws IOException {
    GridState now = grid();
    return Json.line(
        new Frame(
            now,
            now.ended(),
            now.tokensPerSecond(),
            now.flopsPerSecond(),
            now.secondsLeft(),
            now.over()));
  }

  /** Serves no more; who listens is told that nothing follows. */
  @Override
  public void close() {
    threads.shutdownNow();
    server.stop(0);
    report.close();
  }
}
