package kleiber.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.concurrent.CompletableFuture;
import kleiber.experiment.Experiment;
import kleiber.live.Chromium;
import kleiber.live.GridReader;
import kleiber.live.LiveServer;
import kleiber.run.RunStore;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A grid of real trainings as a real browser and a log file see it. */
class ServeTest {
  private final Program kleiber = new Program();
  @TempDir Path folder;

  private String[] run(Path experiment, Path results) {
    return new String[] {
      "run", experiment.toString(), "--out", results.toString(), "--workers", "0"
    };
  }

  /** Trained once for all that look on: a browser as it happens, the others afterwards. */
  @Test
  void aGridIsLookedAt() throws Exception {
    Path file = Rehearsal.writeExperiment(folder);
    Path results = folder.resolve("results");
    Optional<Path> browser = Chromium.installed();
    if (browser.isPresent()) {
      theNumbersMoveWhileRunsTrain(browser.get(), file, results);
    } else {
      assertEquals(0, kleiber.run(run(file, results)), kleiber.err());
    }
    aLogGetsALineAndTheEnd(results);
    otherProgramsGetTheirFiles(results);
    assumeTrue(browser.isPresent(), "no Chromium is installed here, so no page was looked at");
  }

  private void theNumbersMoveWhileRunsTrain(Path browser, Path file, Path results)
      throws Exception {
    Experiment experiment = Experiment.read(file, List.of());
    RunStore store = new RunStore(results);
    GridReader reader = new GridReader(experiment, store, (_, _, _) -> OptionalDouble.empty());
    InetSocketAddress free = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    Path profile = Files.createDirectory(folder.resolve("profile"));
    try (LiveServer server = LiveServer.start(free, Optional.empty(), experiment, store, reader);
        Chromium page = new Chromium(profile)) {
      page.open("http://localhost:" + server.address().getPort() + "/");
      page.await("document.getElementById('ended').textContent === '0 of 10'");
      assertEquals("nobody trains", page.value("document.getElementById('left').textContent"));
      CompletableFuture<Integer> training =
          CompletableFuture.supplyAsync(() -> kleiber.run(run(file, results)));
      page.await("document.getElementById('ended').textContent === '10 of 10'");
      assertEquals(0, training.get(), kleiber.err());
      assertEquals("100 %", page.value("document.getElementById('share').textContent"));
      assertEquals("10", page.value("document.querySelectorAll('#chart circle').length"));
      assertEquals("10", page.value("document.querySelectorAll('#runs tbody tr.done').length"));
      page.await(
          "document.getElementById('report').contentDocument?.querySelector('h1') != null"
              + " && document.getElementById('report').contentDocument.URL.endsWith('?10')");
      for (int width : new int[] {390, 1100}) {
        page.look(width, 800, width < 600);
        page.await("document.documentElement.clientWidth === " + width);
        assertEquals(
            "true",
            page.value("document.documentElement.scrollWidth <= " + width),
            "the page is wider than a window of " + width);
      }
      assertEquals(List.of(), page.errors());
    }
  }

  private void aLogGetsALineAndTheEnd(Path results) {
    assertEquals(0, kleiber.run("watch", results.toString()), kleiber.err());
    assertEquals("rehearsal: 100 %, 10 done of 10\n", kleiber.out().replace("\r", ""));
    assertEquals(0, kleiber.run("watch", results.toString(), "--once"), kleiber.err());
    assertTrue(kleiber.out().contains("lowest loss  D=1.02k"), kleiber.out());
    assertTrue(kleiber.out().matches("(?s).*last events\\R.*done, loss .*"), kleiber.out());
    assertEquals(2, kleiber.run("watch", folder.resolve("none").toString()));
    assertTrue(kleiber.err().contains("holds no results"), kleiber.err());
    assertEquals(2, kleiber.run("watch", results.toString(), "--every", "0"));
    assertEquals(2, kleiber.run("serve", results.toString(), "--port", "70000"));
    assertTrue(kleiber.err().contains("--port is 70000"), kleiber.err());
    assertEquals(2, kleiber.run("serve", results.toString(), "--bind", "nowhere.invalid"));
    assertTrue(kleiber.err().contains("is no address here"), kleiber.err());
  }

  private void otherProgramsGetTheirFiles(Path results) throws IOException {
    String[] words = {
      "export",
      results.toString(),
      "--csv=" + folder.resolve("x.csv"),
      "--parquet=" + folder.resolve("x.parquet"),
      "--tensorboard=" + folder.resolve("board")
    };
    assertEquals(0, kleiber.run(words), kleiber.err());
    assertEquals(3, kleiber.out().lines().count(), kleiber.out());
    assertEquals(
        Files.readString(results.resolve("observations.csv")),
        Files.readString(folder.resolve("x.csv")));
    assertTrue(Files.size(folder.resolve("x.parquet")) > 0);
    Files.writeString(folder.resolve("x.csv"), "mine");
    assertEquals(2, kleiber.run(words));
    assertTrue(kleiber.err().contains("x.csv is there already; name a new file"), kleiber.err());
    assertEquals("mine", Files.readString(folder.resolve("x.csv")));
    assertEquals(2, kleiber.run("export", results.toString()));
    assertTrue(kleiber.err().contains("where to?"), kleiber.err());
    assertEquals(2, kleiber.run("export", results.toString(), "--mlflow", "abacus"));
    assertTrue(kleiber.err().contains("is no server"), kleiber.err());
    assertEquals(2, kleiber.run("query", results.toString(), "select 1"));
    assertTrue(kleiber.err().contains("query needs DuckDB"), kleiber.err());
  }
}
