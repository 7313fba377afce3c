package kleiber.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Results that were damaged, and what the audit says of them. */
class AuditCommandTest {
  private static final Program KLEIBER = new Program();

  @TempDir static Path trained;
  @TempDir Path folder;
  private Path results;
  private List<Path> runs;

  @BeforeAll
  static void train() throws IOException {
    Rehearsal.writeExperiment(trained);
    String[] words = {
      "run",
      trained.resolve("rehearsal.yaml").toString(),
      "--out=" + trained.resolve("results"),
      "--workers=0",
      "--devices=cpu",
      "--threads=1",
      "--keep-weights"
    };
    assertEquals(0, KLEIBER.run(words), KLEIBER.err());
  }

  @BeforeEach
  void copy() throws IOException {
    results = folder.resolve("results");
    Path whole = trained.resolve("results");
    try (Stream<Path> paths = Files.walk(whole)) {
      for (Path path : paths.toList()) {
        Files.copy(path, results.resolve(whole.relativize(path).toString()));
      }
    }
    try (Stream<Path> list = Files.list(results.resolve("runs"))) {
      runs = list.sorted().toList();
    }
  }

  private void assertSound(String... options) {
    assertEquals(0, audit(options), KLEIBER.out() + KLEIBER.err());
    assertTrue(KLEIBER.out().contains("all that was checked agrees"), KLEIBER.out());
  }

  private void assertDiffers(Path what, String why) {
    assertEquals(1, audit(), KLEIBER.out());
    assertTrue(
        KLEIBER.out().contains("DIFFERS  " + results.relativize(what) + ": " + why), KLEIBER.out());
  }

  private int audit(String... options) {
    return KLEIBER.run(
        Stream.concat(Stream.of("audit", results.toString()), Stream.of(options))
            .toArray(String[]::new));
  }

  @Test
  void whatWasTrainedIsSound() {
    assertSound();
    assertTrue(KLEIBER.out().matches("(?s).*runs of the experiment +10 +0 +0\\R.*"), KLEIBER.out());
    assertTrue(KLEIBER.out().matches("(?s).*files +70 +0 +0\\R.*"), KLEIBER.out());
    assertEquals(0, audit("--json"));
    assertEquals(10 + 70 + 10 + 1, KLEIBER.out().lines().count());
    assertTrue(KLEIBER.out().contains("{\"check\":\"table\",\"of\":\"observations.csv\","));
  }

  /** Whichever byte of whichever file it is. */
  @Test
  void aByteThatChangedIsFound() throws IOException {
    long seed = Long.getLong("kleiber.seed", new Random().nextLong());
    System.out.println("AuditCommandTest: -Dkleiber.seed=" + seed);
    Random random = new Random(seed);
    List<Path> files;
    try (Stream<Path> list = Files.list(runs.get(random.nextInt(runs.size())))) {
      files = list.sorted().toList();
    }
    assertEquals(8, files.size());
    for (Path file : files) {
      byte[] sound = Files.readAllBytes(file);
      byte[] flipped = sound.clone();
      flipped[random.nextInt(flipped.length)] ^= (byte) (1 << random.nextInt(8));
      Files.write(file, flipped);
      assertEquals(1, audit(), "seed " + seed + ", " + file + "\n" + KLEIBER.out());
      Files.write(file, sound);
    }
    assertSound();
  }

  @Test
  void filesThatWentAndCame() throws IOException {
    Path log = runs.get(3).resolve("timing.jsonl");
    Files.delete(log);
    assertDiffers(log, "it is not there");
    Files.copy(runs.get(2).resolve("timing.jsonl"), log);
    assertDiffers(log, "its SHA-256 is not that with which it was published");
    Path stray = Files.writeString(runs.get(3).resolve("stray.txt"), "stray");
    assertDiffers(stray, "the run was published without it");
  }

  @Test
  void aRunThatWentIsACellThatIsMissing() throws IOException {
    Path gone = runs.get(4);
    Files.move(gone, folder.resolve("aside"));
    assertEquals(1, audit());
    assertTrue(
        KLEIBER.out().contains("DIFFERS  " + gone.getFileName() + ": it is not there"),
        KLEIBER.out());
    assertTrue(KLEIBER.out().contains("DIFFERS  observations.csv: it has "), KLEIBER.out());
  }

  @Test
  void aTableThatWasEdited() throws IOException {
    Path table = results.resolve("observations.csv");
    String sound = Files.readString(table);
    int digit = sound.lastIndexOf(".") + 1;
    char other = sound.charAt(digit) == '9' ? '8' : '9';
    Files.writeString(table, sound.substring(0, digit) + other + sound.substring(digit + 1));
    assertDiffers(table, "1 of ");
    Files.delete(table);
    assertSound();
    assertTrue(KLEIBER.out().contains("not checked  observations.csv: it is not there"));
    assertEquals(0, KLEIBER.run("report", results.toString(), "--set=fit.params=non-embedding"));
    assertDiffers(table, "");
    assertSound("--set=fit.params=non-embedding");
  }

  @Test
  void runsOfOlderVersionsHaveNoChecksums() throws IOException {
    for (Path run : runs) {
      Files.delete(run.resolve("files.json"));
    }
    assertSound();
    assertTrue(KLEIBER.out().contains("and 9 more: no checksums: "), KLEIBER.out());
    Path spec = runs.getFirst().resolve("spec.json");
    Files.writeString(spec, Files.readString(spec) + " ");
    assertDiffers(spec, "its SHA-256 does not begin with the run's id");
  }

  @Test
  void provenanceOfOtherText() throws IOException {
    Path run = runs.get(6);
    Path provenance = run.resolve("provenance.json");
    String text = Files.readString(provenance);
    String digest = text.replaceFirst("(?s).*\"training\":\"([0-9a-f]+)\".*", "$1");
    Files.writeString(provenance, text.replace(digest, "c0ffee"));
    assertEquals(1, audit());
    assertTrue(
        KLEIBER
            .out()
            .contains(
                "DIFFERS  " + run.getFileName() + ": provenance.json names other text than facts"),
        KLEIBER.out());
  }

  @Test
  void runsTrainedAgain() throws IOException {
    String[] options = {"--rerun=2", "--seed=1", "--devices=cpu", "--threads=1"};
    assertSound(options);
    String said = KLEIBER.out();
    assertTrue(said.matches("(?s).*runs trained again +2 +0 +0\\R.*"), said);
    boolean vectors = kleiber.engine.host.HostEngine.vectors();
    String agreement =
        vectors
            ? "checkpoints.jsonl and weights.safetensors equal to the byte"
            : "losses differ by";
    assertEquals(2, said.lines().filter(line -> line.contains(agreement)).count(), said);
  }

  @Test
  void nothingDearerThanAllowedIsTrainedAgain() throws IOException {
    for (Path run : runs) {
      boolean first = run.equals(runs.getFirst());
      Path times = run.resolve("timing.jsonl");
      String rows = Files.readString(times);
      Files.writeString(
          times, rows.replaceAll("\"seconds\":[^,]*", "\"seconds\":" + (first ? 1 : 90)));
      Files.delete(run.resolve("files.json"));
    }
    Files.delete(runs.getLast().resolve("timing.jsonl"));
    String[] options = {"--rerun=9", "--rerun-seconds=30", "--devices=cpu", "--threads=1"};
    assertSound(options);
    assertTrue(KLEIBER.out().contains("training 1 again"), KLEIBER.out());
    assertTrue(KLEIBER.out().contains("agrees  " + runs.getFirst().getFileName()), KLEIBER.out());
    options[1] = "--rerun-seconds=0.5";
    assertSound(options);
    assertTrue(KLEIBER.out().contains("none has ended within 0.5 s"), KLEIBER.out());
  }

  @Test
  void aLossThatWasForgedWithItsChecksums() throws IOException {
    for (Path run : runs) {
      Path log = run.resolve("checkpoints.jsonl");
      String rows = Files.readString(log);
      Files.writeString(log, rows.replaceAll("\"loss\":[0-9]", "\"loss\":1"));
      Files.delete(run.resolve("files.json"));
    }
    assertEquals(0, KLEIBER.run("report", results.toString()), KLEIBER.err());
    assertSound();
    assertEquals(1, audit("--rerun=1", "--devices=cpu", "--threads=1", "--json"), KLEIBER.out());
    assertTrue(KLEIBER.out().contains("{\"check\":\"rerun\","), KLEIBER.out());
    assertFalse(KLEIBER.out().contains("training "), KLEIBER.out());
  }

  @Test
  void aMistakeIsAnsweredInWords() {
    assertRefused("--rerun is -1 but must be 0 runs or more", "--rerun=-1");
    assertRefused("--rerun-seconds is 0.0 but must be positive and", "--rerun-seconds=0");
    assertRefused("--rerun-seconds is Infinity but must be", "--rerun=1", "--rerun-seconds=1e400");
    assertRefused("give it too, such as --rerun 1", "--rerun-seconds=30");
    assertRefused("'999999999999' is out of range; expected", "--rerun=999999999999");
    assertRefused("--tolerance is NaN but must be a share of the loss", "--tolerance=NaN");
    assertRefused("--tolerance is for the losses of runs that --rerun", "--tolerance=0.02");
    assertRefused("--seed is of the choice of runs that --rerun", "--seed=3");
    assertRefused("--threads is 0 but must be at least 1", "--threads=0");
    assertRefused("known: auto", "--devices=abacus");
    results = folder;
    assertRefused("holds no results");
  }

  private void assertRefused(String sentence, String... options) {
    assertEquals(Failures.WRONG_INPUT, audit(options));
    assertTrue(KLEIBER.err().contains(sentence), KLEIBER.err());
  }
}
