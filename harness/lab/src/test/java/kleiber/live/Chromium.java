package kleiber.live;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
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
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

/** A real browser without a window, driven by the protocol that its developer tools speak. */
public final class Chromium implements AutoCloseable {
  private static final JsonMapper MAPPER = new JsonMapper();
  private static final long PATIENCE_SECONDS = 90;

  private final Process process;
  private final HttpClient client = HttpClient.newHttpClient();
  private final WebSocket socket;
  private final AtomicInteger numbers = new AtomicInteger();
  private final Map<Integer, CompletableFuture<JsonNode>> answers = new ConcurrentHashMap<>();
  private final List<String> errors = Collections.synchronizedList(new ArrayList<>());

  /** Where the browser is; empty on a machine without. */
  public static Optional<Path> installed() {
    return Stream.of("/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome")
        .map(Path::of)
        .filter(Files::isExecutable)
        .findFirst();
  }

  /**
   * Starts the browser.
   *
   * @param profile an empty folder
   */
  public Chromium(Path browser, Path profile) throws IOException, InterruptedException {
    process =
        new ProcessBuilder(
                browser.toString(),
                "--headless=new",
                "--no-sandbox",
                "--disable-gpu",
                "--disable-dev-shm-usage",
                "--disable-background-networking",
                "--no-first-run",
                "--hide-scrollbars",
                "--remote-debugging-port=0",
                "--user-data-dir=" + profile,
                "about:blank")
            .redirectErrorStream(true)
            .redirectOutput(profile.resolve("browser.log").toFile())
            .start();
    Path told = profile.resolve("DevToolsActivePort");
    for (int look = 0; look < 10 * PATIENCE_SECONDS && !isWritten(told); look++) {
      Thread.sleep(100);
    }
    String port = Files.readAllLines(told).getFirst();
    URI list = URI.create("http://127.0.0.1:" + port + "/json/list");
    JsonNode pages =
        MAPPER.readTree(
            client
                .send(HttpRequest.newBuilder(list).build(), HttpResponse.BodyHandlers.ofString())
                .body());
    String page = "";
    for (JsonNode each : pages) {
      page =
          each.path("type").asText().equals("page")
              ? each.path("webSocketDebuggerUrl").asText()
              : page;
    }
    socket = client.newWebSocketBuilder().buildAsync(URI.create(page), new Listener()).join();
    call("Runtime.enable", Map.of());
    call("Log.enable", Map.of());
    call("Page.enable", Map.of());
  }

  private static boolean isWritten(Path file) throws IOException {
    return Files.exists(file) && Files.readAllLines(file).size() > 1;
  }

  /** Opens an address. */
  public void open(String address) {
    call("Page.navigate", Map.of("url", address));
  }

  /** Sets how large a window is, in pixels, and whether its owner likes it dark. */
  public void window(int width, int height, boolean dark) {
    call(
        "Emulation.setDeviceMetricsOverride",
        Map.of("width", width, "height", height, "deviceScaleFactor", 1, "mobile", width < 600));
    call(
        "Emulation.setEmulatedMedia",
        Map.of(
            "features",
            List.of(Map.of("name", "prefers-color-scheme", "value", dark ? "dark" : "light"))));
  }

  /** The value of an expression, as text. */
  public String value(String expression) {
    JsonNode answer =
        call("Runtime.evaluate", Map.of("expression", expression, "returnByValue", true));
    return answer.path("result").path("value").asText();
  }

  /** Waits until an expression is true. */
  public void await(String expression) throws InterruptedException {
    for (int look = 0; look < 10 * PATIENCE_SECONDS; look++) {
      if (value(expression).equals("true")) {
        return;
      }
      Thread.sleep(100);
    }
    throw new AssertionError(expression + " did not become true; errors: " + errors);
  }

  /** What went wrong on pages so far: exceptions, console errors, refused or missing resources. */
  public List<String> errors() {
    return List.copyOf(errors);
  }

  /** What the window would show of the whole page, as PNG. */
  public void picture(Path file) throws IOException {
    JsonNode answer =
        call("Page.captureScreenshot", Map.of("format", "png", "captureBeyondViewport", true));
    Files.write(file, Base64.getDecoder().decode(answer.path("data").asText()));
  }

  private JsonNode call(String method, Map<String, Object> parameters) {
    int number = numbers.incrementAndGet();
    CompletableFuture<JsonNode> answer = new CompletableFuture<>();
    answers.put(number, answer);
    ObjectNode message = MAPPER.createObjectNode().put("id", number).put("method", method);
    message.set("params", MAPPER.valueToTree(parameters));
    socket.sendText(message.toString(), true).join();
    return answer.orTimeout(PATIENCE_SECONDS, TimeUnit.SECONDS).join();
  }

  private final class Listener implements WebSocket.Listener {
    private final StringBuilder text = new StringBuilder();

    @Override
    public CompletionStage<?> onText(WebSocket from, CharSequence part, boolean last) {
      text.append(part);
      if (last) {
        try {
          hear(MAPPER.readTree(text.toString()));
        } catch (IOException e) {
          errors.add(e.toString());
        }
        text.setLength(0);
      }
      from.request(1);
      return null;
    }

    private void hear(JsonNode message) {
      JsonNode told = message.path("params");
      if (message.has("id")) {
        answers.remove(message.path("id").asInt()).complete(message.path("result"));
        return;
      }
      switch (message.path("method").asText()) {
        case "Runtime.exceptionThrown" -> errors.add(told.path("exceptionDetails").toString());
        case "Runtime.consoleAPICalled" -> {
          if (told.path("type").asText().equals("error")) {
            errors.add(told.path("args").toString());
          }
        }
        case "Log.entryAdded" -> {
          if (told.path("entry").path("level").asText().equals("error")) {
            errors.add(told.path("entry").toString());
          }
        }
        default -> {}
      }
    }
  }

  @Override
  public void close() {
    call("Browser.close", Map.of()); // which lets it delete what it keeps elsewhere
    client.shutdownNow();
    process.onExit().orTimeout(PATIENCE_SECONDS, TimeUnit.SECONDS).join();
  }
}
