package kleiber.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code serve} as a process of its own: what it answers, and how it ends. */
class ServeProcessTest {
  private static final int PATIENCE_SECONDS = 120;

  @TempDir Path folder;

  private Process serve() throws IOException {
    Path results = folder.resolve("results");
    Path experiment = Rehearsal.writeExperiment(folder);
    Files.createDirectory(results);
    Files.copy(experiment, results.resolve("experiment.yaml"));
    return new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin/java").toString(),
            "--enable-native-access=ALL-UNNAMED",
            "--sun-misc-unsafe-memory-access=allow",
            "-cp",
            System.getProperty("java.class.path"),
            Kleiber.class.getName(),
            "serve",
            results.toString(),
            "--port",
            "0")
        .redirectError(folder.resolve("err.txt").toFile())
        .start();
  }

  /** Asks, and keeps the line open. */
  private static BufferedReader ask(Socket socket, String path) throws IOException {
    String request = "GET " + path + " HTTP/1.1\r\nHost: localhost\r\n\r\n";
    socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
    return new BufferedReader(
        new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));
  }

  @Test
  void answersNonsenseAndEndsByCtrlCWhileSomebodyLooksOn() throws Exception {
    Process process = serve();
    try {
      String said = process.inputReader().readLine();
      assertTrue(said.contains("(Ctrl-C ends it)"), said);
      int port = URI.create(said.replaceAll(".*(http\\S+).*", "$1")).getPort();
      InetAddress here = InetAddress.getLoopbackAddress();
      try (Socket nonsense = new Socket(here, port);
          Socket listener = new Socket(here, port)) {
        // The JDK's server refuses what is no address before it asks us.
        assertEquals("HTTP/1.1 400 Bad Request", ask(nonsense, "/files/%zz").readLine());
        BufferedReader events = ask(listener, "/events");
        assertEquals("HTTP/1.1 200 OK", events.readLine());
        new ProcessBuilder("kill", "-INT", String.valueOf(process.pid())).start().waitFor();
        assertTrue(process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS), "it did not end");
        assertEquals(0, process.exitValue());
      }
    } finally {
      process.destroyForcibly();
    }
  }
}
