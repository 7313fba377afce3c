package kleiber.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Processes that are killed and interrupted, and what the same command makes of it afterwards. */
class InterruptedRunTest {
  private static final int PATIENCE_SECONDS = 120;

  private final Program kleiber = new Program();
  @TempDir Path folder;
  private Path results;

  @BeforeEach
  void writeText() throws IOException {
    Rehearsal.writeExperiment(folder);
    results = folder.resolve("results");
  }

  private List<String> words(Path out, String... more) {
    List<String> words =
        new ArrayList<>(
            List.of(
                "run",
                folder.resolve("rehearsal.yaml").toString(),
                "--out=" + out,
                "--threads=1",
                "--devices=cpu"));
    words.addAll(List.of(more));
    return words;
  }

  private int run(List<String> words) {
    return kleiber.run(words.toArray(String[]::new));
  }

  /** Ends a process by a signal once it has said something and a training has been saved. */
  private String interrupt(String signal, int expected, String awaited)
      throws IOException, InterruptedException {
    List<String> command =
        new ArrayList<>(List.of(Path.of(System.getProperty("java.home"), "bin/java").toString()));
    command.addAll(
        List.of(
            "--enable-native-access=ALL-UNNAMED",
            "--sun-misc-unsafe-memory-access=allow",
            "-cp",
            System.getProperty("java.class.path"),
            Kleiber.class.getName()));
    command.addAll(words(results, "--snapshot-every=0"));
    Path said = folder.resolve("said.txt");
    Process process =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(said.toFile()).start();
    try {
      List<Path> before = snapshots();
      while (process.isAlive()
          && (!read(said).contains(awaited) || before.containsAll(snapshots()))) {
        Thread.sleep(5);
      }
      assertTrue(process.isAlive(), () -> "it ended by itself: " + read(said));
      new ProcessBuilder("kill", "-" + signal, String.valueOf(process.pid())).start().waitFor();
      assertTrue(process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS), "it did not end");
      assertEquals(expected, process.exitValue(), () -> read(said));
    } finally {
      process.destroyForcibly();
    }
    return read(said);
  }

  private List<Path> snapshots() throws IOException {
    if (!Files.isDirectory(results.resolve("snapshots"))) {
      return List.of();
    }
    try (Stream<Path> files = Files.walk(results.resolve("snapshots"))) {
      return files.filter(file -> file.toString().endsWith(".json")).toList();
    } catch (UncheckedIOException e) {
      return List.of(); // it has just been deleted
    }
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      return e.toString();
    }
  }

  /** By path: what equals between equal runs. */
  private static Map<String, String> logs(Path results) throws IOException {
    Map<String, String> logs = new TreeMap<>();
    try (Stream<Path> files = Files.walk(results.resolve("runs"))) {
      for (Path file : files.filter(path -> path.endsWith("checkpoints.jsonl")).toList()) {
        logs.put(results.relativize(file).toString(), Files.readString(file));
      }
    }
    return logs;
  }

  @Test
  void killedInterruptedAndDone() throws IOException, InterruptedException {
    Path whole = folder.resolve("whole");
    assertEquals(0, run(words(whole, "--cohort=1")), kleiber.err());
    interrupt("KILL", 128 + 9, " to train");
    assertFalse(Files.exists(results.resolve("report.html")));
    String said = interrupt("INT", Failures.INTERRUPTED, " goes on after step ");
    assertTrue(said.contains(" goes on after step "), said);
    assertTrue(
        said.matches("(?s).*interrupted; \\d+ unfinished runs? (is|are) kept as far as trained.*"),
        said);

    assertEquals(0, kleiber.run("runs", results.toString(), "--state", "interrupted"));
    assertTrue(kleiber.out().matches("(?s).*\\d+ interrupted.*"), kleiber.out());
    assertEquals(0, kleiber.run("clean", results.toString(), "--dry-run"));
    assertTrue(
        kleiber.out().matches("would delete \\d+ unfinished runs?, [0-9.]+ MB, of .*\\s*"),
        kleiber.out());
    assertFalse(snapshots().isEmpty());
    assertEquals(0, run(words(results)), kleiber.err());
    assertTrue(kleiber.out().contains(" goes on after step "), kleiber.out());
    assertEquals(logs(whole), logs(results));
    assertEquals(0, kleiber.run("clean", results.toString()));
    assertTrue(kleiber.out().startsWith("nothing to delete"), kleiber.out());
  }

  @Test
  void cleaning() throws IOException {
    Path left = Files.createDirectories(results.resolve("unfinished/0123456789abcdef"));
    Files.write(left.resolve("checkpoints.jsonl"), new byte[250_000]);
    Files.writeString(results.resolve("experiment.yaml"), "name: made");
    assertEquals(0, kleiber.run("clean", results.toString()));
    assertEquals("deleted 1 unfinished run, 0.3 MB, of " + results, kleiber.out().strip());
    assertFalse(Files.exists(results.resolve("unfinished")));
    assertEquals(Failures.WRONG_INPUT, kleiber.run("clean", folder.resolve("text").toString()));
    assertTrue(kleiber.err().contains("holds no results"), kleiber.err());
  }

  @Test
  void pacingIsRefusedInWords() {
    for (String given : List.of("-1", "NaN", "Infinity")) {
      assertEquals(Failures.WRONG_INPUT, run(words(results, "--snapshot-every=" + given)));
      assertTrue(kleiber.err().contains("--snapshot-every is " + given.replace("-1", "-1.0")));
    }
  }
}
