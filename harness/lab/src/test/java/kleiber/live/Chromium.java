package kleiber.live;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** A headless Chromium, asked over its DevTools protocol. One page, in one window. */
public final class Chromium implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final long PATIENCE = 90; // seconds: others may need the machine

  private final Process process;
  private final Map<Integer, CompletableFuture<JsonNode>> asked = new ConcurrentHashMap<>();
  private final List<String> errors = Collections.synchronizedList(new ArrayList<>());
  private final WebSocket socket;
  private int count;

  /** Where the browser is; empty when there is none. */
  public static Optional<Path> installed() {
    return Stream.of("/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome")
        .map(Path::of)
        .filter(Files::isExecutable)
        .findFirst();
  }

  /**
   * @param folder for its profile
   */
  public Chromium(Path folder) throws Exception {
    process =
        new ProcessBuilder(
                installed().orElseThrow().toString(),
                "--headless=new",
                "--no-sandbox",
                "--disable-gpu",
                "--disable-dev-shm-usage",
                "--disable-background-networking",
                "--no-first-run",
                "--hide-scrollbars",
                "--remote-debugging-port=0",
                "--user-data-dir=" + folder,
                "about:blank")
            .redirectErrorStream(true)
            .redirectOutput(folder.resolveSibling(folder.getFileName() + ".log").toFile())
            .start();
    socket =
        HttpClient.newHttpClient()
            .newWebSocketBuilder()
            .buildAsync(URI.create(page(port(folder))), new Listener())
            .get(PATIENCE, TimeUnit.SECONDS);
    for (String domain : List.of("Page", "Runtime", "Log")) {
      ask(domain + ".enable", Map.of());
    }
    ask("Performance.enable", Map.of("timeDomain", "threadTicks"));
  }

  private static int port(Path folder) throws Exception {
    Path file = folder.resolve("DevToolsActivePort");
    for (long waited = 0; waited < PATIENCE * 10; waited++) {
      if (Files.exists(file) && Files.readAllLines(file).size() > 1) {
        return Integer.parseInt(Files.readAllLines(file).getFirst());
      }
      Thread.sleep(100);
    }
    throw new IOException("Chromium did not start within " + PATIENCE + " s");
  }

  private static String page(int port) throws Exception {
    for (long waited = 0; waited < PATIENCE * 10; waited++) {
      JsonNode targets = targets(port);
      for (JsonNode target : targets) {
        if (target.path("type").asText().equals("page")) {
          return target.path("webSocketDebuggerUrl").asText();
        }
      }
      Thread.sleep(100);
    }
    throw new IOException("Chromium has no page");
  }

  private static JsonNode targets(int port) throws IOException {
    try (InputStream answer =
        URI.create("http://127.0.0.1:" + port + "/json").toURL().openStream()) {
      return JSON.readTree(answer);
    }
  }

  /** Sets the window, and whether the reader likes it dark. */
  public void look(int width, int height, boolean dark) throws Exception {
    ask(
        "Emulation.setDeviceMetricsOverride",
        Map.of("width", width, "height", height, "deviceScaleFactor", 1, "mobile", width < 600));
    ask(
        "Emulation.setEmulatedMedia",
        Map.of(
            "features",
            List.of(Map.of("name", "prefers-color-scheme", "value", dark ? "dark" : "light"))));
  }

  /** Opens a file, and waits until it has run its scripts. */
  public void open(Path file) throws Exception {
    evaluate("globalThis.left = true");
    open(file.toUri().toString());
    await(
        "!globalThis.left && document.readyState === 'complete' &&"
            + " performance.getEntriesByType('navigation')[0].loadEventEnd > 0");
  }

  /** Opens an address; a page that listens to its server may never be complete. */
  public void open(String address) throws Exception {
    errors.clear();
    ask("Page.navigate", Map.of("url", address));
  }

  /** The value of an expression; promises are awaited. */
  public JsonNode evaluate(String expression) throws Exception {
    JsonNode answer =
        ask(
            "Runtime.evaluate",
            Map.of("expression", expression, "returnByValue", true, "awaitPromise", true));
    if (answer.has("exceptionDetails")) {
      throw new IOException(expression + ": " + answer.path("exceptionDetails"));
    }
    return answer.path("result").path("value");
  }

  /** The same as text. */
  public String value(String expression) throws Exception {
    return evaluate(expression).asText();
  }

  /** Waits until a condition holds; one that cannot be asked yet does not. */
  public void await(String condition) throws Exception {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE);
    while (!holds(condition)) {
      if (System.nanoTime() > end) {
        throw new IOException("not within " + PATIENCE + " s: " + condition + "; " + errors);
      }
      Thread.sleep(50);
    }
  }

  private boolean holds(String condition) throws Exception {
    return ask(
            "Runtime.evaluate",
            Map.of("expression", "Boolean(" + condition + ")", "returnByValue", true))
        .path("result")
        .path("value")
        .asBoolean();
  }

  /** Seconds of processor time that the page's main thread has taken since it was opened. */
  public double processorSeconds() throws Exception {
    for (JsonNode metric : ask("Performance.getMetrics", Map.of()).path("metrics")) {
      if (metric.path("name").asText().equals("TaskDuration")) {
        return metric.path("value").asDouble();
      }
    }
    throw new IOException("Chromium tells no processor time");
  }

  public void key(String key) throws Exception {
    for (String type : List.of("keyDown", "keyUp")) {
      ask("Input.dispatchKeyEvent", Map.of("type", type, "key", key, "code", key));
    }
  }

  /** What the console complained of, and what nobody caught. */
  public List<String> errors() {
    return List.copyOf(errors);
  }

  /** A picture of the whole page, or of the window alone. */
  public void photograph(Path file, boolean whole) throws Exception {
    JsonNode answer =
        ask("Page.captureScreenshot", Map.of("format", "png", "captureBeyondViewport", whole));
    Files.write(file, Base64.getDecoder().decode(answer.path("data").asText()));
  }

  /** Shows the page as it would be printed, in the window. */
  public void asOnPaper() throws Exception {
    ask("Emulation.setEmulatedMedia", Map.of("media", "print"));
  }

  private JsonNode ask(String method, Map<String, ?> parameters) throws Exception {
    int id = ++count;
    CompletableFuture<JsonNode> answer = new CompletableFuture<>();
    asked.put(id, answer);
    ObjectNode message = JSON.createObjectNode().put("id", id).put("method", method);
    message.set("params", JSON.valueToTree(parameters));
    socket.sendText(message.toString(), true).get(PATIENCE, TimeUnit.SECONDS);
    JsonNode said = answer.get(PATIENCE, TimeUnit.SECONDS);
    if (said.has("error")) {
      throw new IOException(method + ": " + said.path("error"));
    }
    return said.path("result");
  }

  @Override
  public void close() {
    try {
      ask("Browser.close", Map.of()); // which lets it delete what it keeps elsewhere
    } catch (Exception e) {
      process.descendants().forEach(ProcessHandle::destroy);
      process.destroy();
    }
    process.onExit().orTimeout(PATIENCE, TimeUnit.SECONDS).join();
  }

  private final class Listener implements WebSocket.Listener {
    private final StringBuilder text = new StringBuilder();

    @Override
    public CompletionStage<?> onText(WebSocket from, CharSequence part, boolean last) {
      text.append(part);
      if (last) {
        hear(text.toString());
        text.setLength(0);
      }
      from.request(1);
      return null;
    }

    private void hear(String said) {
      try {
        JsonNode message = JSON.readTree(said);
        if (message.has("id")) {
          asked.remove(message.path("id").asInt()).complete(message);
          return;
        }
        JsonNode about = message.path("params");
        switch (message.path("method").asText()) {
          case "Runtime.exceptionThrown" -> errors.add(about.path("exceptionDetails").toString());
          case "Log.entryAdded" -> {
            if (about.path("entry").path("level").asText().equals("error")) {
              errors.add(about.path("entry").toString());
            }
          }
          case "Runtime.consoleAPICalled" -> {
            if (about.path("type").asText().matches("error|assert|warning")) {
              errors.add(about.path("args").toString());
            }
          }
          default -> {}
        }
      } catch (IOException e) {
        errors.add(e.toString());
      }
    }
  }
}
