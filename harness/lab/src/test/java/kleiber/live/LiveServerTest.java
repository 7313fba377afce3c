package kleiber.live;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.stream.Stream;
import kleiber.experiment.Experiment;
import kleiber.experiment.Ladder;
import kleiber.run.RunStore;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The server as a client meets it that does not mean well. */
class LiveServerTest {
  private static final String TOKEN = "0123456789abcdef";
  private final Experiment ladder = Ladder.read();
  private final HttpClient client = HttpClient.newHttpClient();
  @TempDir Path home;
  private LiveServer server;

  private void serve(Optional<String> token) throws IOException {
    Path folder = Files.createDirectories(home.resolve("results"));
    Files.writeString(home.resolve("secret.txt"), "outside");
    Files.writeString(folder.resolve("note.txt"), "inside");
    Files.writeString(folder.resolve("empty.csv"), "");
    Files.write(folder.resolve("weights.safetensors"), new byte[100_000]);
    RunStore store = new RunStore(folder);
    InetSocketAddress free = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    GridReader reader = new GridReader(ladder, store, (_, _, _) -> OptionalDouble.empty());
    server = LiveServer.start(free, token, ladder, store, reader);
  }

  @AfterEach
  void close() {
    server.close();
    client.shutdownNow();
  }

  private HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(
        URI.create("http://localhost:" + server.address().getPort() + path));
  }

  private HttpResponse<String> get(String path) throws IOException, InterruptedException {
    return client.send(request(path).build(), HttpResponse.BodyHandlers.ofString());
  }

  /** What comes back for a request that no client library would send. */
  private String raw(String request) throws IOException {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.address().getPort())) {
      socket.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
      socket.getOutputStream().flush();
      return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  private String rawGet(String path, String host) throws IOException {
    return raw("GET " + path + " HTTP/1.1\r\nHost: " + host + "\r\nConnection: close\r\n\r\n");
  }

  @Test
  void pagesAndFilesAreThereWithTheirHeaders() throws IOException, InterruptedException {
    serve(Optional.empty());
    HttpResponse<String> page = get("/");
    assertEquals(200, page.statusCode());
    assertTrue(page.headers().firstValue("Content-Type").get().startsWith("text/html"));
    assertTrue(page.headers().firstValue("Content-Security-Policy").get().contains("'self'"));
    assertEquals("nosniff", page.headers().firstValue("X-Content-Type-Options").get());
    assertEquals("no-store", page.headers().firstValue("Cache-Control").get());
    assertEquals(200, get("/live.js").statusCode());
    assertEquals(200, get("/live.css").statusCode());
    assertEquals(404, get("/package-info.class").statusCode());
    assertEquals(404, get("/kleiber").statusCode());
    assertEquals("inside", get("/files/note.txt").body());
    assertEquals("", get("/files/empty.csv").body());
    HttpResponse<String> weights = get("/files/weights.safetensors");
    assertEquals(100_000, weights.body().length());
    assertEquals("attachment", weights.headers().firstValue("Content-Disposition").get());
    String state = get("/state.json").body();
    assertTrue(state.contains("\"name\":\"ladder\"") && state.contains("\"ended\":0"), state);
    HttpResponse<String> report = get("/report/report.html");
    assertEquals(200, report.statusCode());
    assertTrue(report.body().contains("There is nothing to fit"), report.body());
    assertEquals(
        3L, count(home.resolve("results")), "the folder of the results is read and not written");
  }

  private static long count(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.count();
    }
  }

  @Test
  void nothingOutsideTheFolderIsServedAndNothingIsChanged()
      throws IOException, InterruptedException {
    serve(Optional.empty());
    for (String path :
        new String[] {
          "/files/../secret.txt",
          "/files/%2e%2e/secret.txt",
          "/files/..%2fsecret.txt",
          "/files//etc/passwd",
          "/report/../../secret.txt",
          "/../../../../etc/passwd"
        }) {
      String answer = rawGet(path, "localhost");
      assertTrue(answer.startsWith("HTTP/1.1 4"), path + ": " + answer);
      assertFalse(answer.contains("outside") || answer.contains("root:"), path);
    }
    for (String method : new String[] {"POST", "PUT", "DELETE", "PATCH", "OPTIONS"}) {
      HttpResponse<String> answer =
          client.send(
              request("/files/note.txt")
                  .method(method, HttpRequest.BodyPublishers.noBody())
                  .build(),
              HttpResponse.BodyHandlers.ofString());
      assertEquals(405, answer.statusCode(), method);
      assertEquals("GET, HEAD", answer.headers().firstValue("Allow").get());
    }
    assertEquals("inside", Files.readString(home.resolve("results/note.txt")));
    HttpResponse<String> head =
        client.send(
            request("/files/note.txt").HEAD().build(), HttpResponse.BodyHandlers.ofString());
    assertEquals("", head.body());
    HttpResponse<String> events =
        client.send(request("/events").HEAD().build(), HttpResponse.BodyHandlers.ofString());
    assertEquals("text/event-stream", events.headers().firstValue("Content-Type").get());
    assertEquals("6", head.headers().firstValue("Content-Length").get());
  }

  /** A page of another name that was made to mean this machine must not read along. */
  @Test
  void anotherNameThanThisMachinesIsRefused() throws IOException {
    serve(Optional.empty());
    assertTrue(rawGet("/state.json", "evil.example").startsWith("HTTP/1.1 421"));
    assertTrue(rawGet("/state.json", "evil.example:80").startsWith("HTTP/1.1 421"));
    assertTrue(raw("GET / HTTP/1.0\r\n\r\n").startsWith("HTTP/1.1 421"));
    assertTrue(rawGet("/state.json", "127.0.0.1:9").startsWith("HTTP/1.1 200"));
    assertTrue(rawGet("/state.json", "[::1]:9").startsWith("HTTP/1.1 200"));
  }

  @Test
  void withATokenOnlyWhoHasItIsLetIn() throws IOException, InterruptedException {
    serve(Optional.of(TOKEN));
    for (String path : new String[] {"/", "/state.json", "/events", "/files/note.txt"}) {
      assertEquals(401, get(path).statusCode(), path);
      assertEquals(401, get(path + "?token=0123456789abcdee").statusCode(), path);
      assertEquals(401, get(path + "?token=").statusCode(), path);
    }
    HttpResponse<String> first = get("/?token=" + TOKEN);
    assertEquals(303, first.statusCode());
    assertEquals("/", first.headers().firstValue("Location").get());
    String cookie = first.headers().firstValue("Set-Cookie").get();
    assertTrue(cookie.contains("HttpOnly") && cookie.contains("SameSite=Strict"), cookie);
    HttpResponse<String> page =
        client.send(
            request("/files/note.txt").header("Cookie", cookie.split(";")[0]).build(),
            HttpResponse.BodyHandlers.ofString());
    assertEquals("inside", page.body());
    HttpResponse<String> wrong =
        client.send(
            request("/").header("Cookie", cookie.split(";")[0] + "0").build(),
            HttpResponse.BodyHandlers.ofString());
    assertEquals(401, wrong.statusCode());
  }

  @Test
  void otherMachinesNeedAToken() throws IOException {
    serve(Optional.of(TOKEN));
    RunStore store = new RunStore(home.resolve("results"));
    GridReader reader = new GridReader(ladder, store, (_, _, _) -> OptionalDouble.empty());
    InetSocketAddress all = new InetSocketAddress("0.0.0.0", 0);
    assertThrows(
        IllegalArgumentException.class,
        () -> LiveServer.start(all, Optional.empty(), ladder, store, reader));
  }

  @Test
  void eventsTellTheStateAndEndWithTheServer() throws Exception {
    serve(Optional.empty());
    try (BufferedReader lines =
        new BufferedReader(
            new InputStreamReader(
                client
                    .send(request("/events").build(), HttpResponse.BodyHandlers.ofInputStream())
                    .body(),
                StandardCharsets.UTF_8))) {
      String first = lines.readLine();
      assertTrue(first.startsWith("data: {\"grid\":"), first);
      assertEquals("", lines.readLine());
      server.close();
      assertThrows(IOException.class, () -> require(lines.readLine()));
    }
  }

  /** The end of the stream, in whichever of the two ways it comes. */
  private static void require(String line) throws IOException {
    if (line == null) {
      throw new IOException("the end");
    }
  }
}
