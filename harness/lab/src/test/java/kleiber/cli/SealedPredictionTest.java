package kleiber.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import kleiber.experiment.Experiment;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** From a prediction to its score, by way of a training that nobody could have seen. */
class SealedPredictionTest {
  @TempDir Path folder;
  private final Program kleiber = new Program();

  @Test
  void aSealedPredictionIsScoredByTheRunOfItsSeed() throws IOException {
    Path yaml = Rehearsal.writeExperiment(folder);
    Path results = folder.resolve("results/small");
    assertEquals(
        0,
        kleiber.run("run", yaml.toString(), "--out", results.toString(), "--hold-back"),
        kleiber.err());
    assertTrue(kleiber.out().contains("9 to train"), kleiber.out());
    assertTrue(kleiber.out().contains("nothing was foretold"), kleiber.out());
    Matcher command =
        Pattern.compile("\\./kleiber (predict .+ --seal (.+))").matcher(kleiber.out());
    assertTrue(command.find(), kleiber.out());
    Experiment experiment = Experiment.read(yaml, List.of());
    double most =
        experiment.runs().stream()
            .mapToDouble(run -> experiment.fit().flops(run, 256))
            .max()
            .orElseThrow();
    assertTrue(command.group(1).contains(" --flops " + (long) most), "its own cost, " + most);
    String[] nonsense =
        (command.group(1) + "2").replaceAll(" --flops \\d+", " --flops 1e30").split(" ");
    assertEquals(2, kleiber.run(nonsense));
    assertTrue(kleiber.err().contains("on so many tokens costs about"), kleiber.err());
    Path seals = Path.of(command.group(2));
    assertEquals(0, kleiber.run(command.group(1).split(" ")), kleiber.err());
    Matcher seed = Pattern.compile("`seed: \\[(\\d+)\\]`").matcher(kleiber.out());
    assertTrue(seed.find(), kleiber.out());

    assertEquals(2, kleiber.run("run", yaml.toString(), "--out", results.toString()));
    assertTrue(kleiber.err().contains("`seed: [" + seed.group(1) + "]`"), kleiber.err());
    assertTrue(kleiber.err().contains("with seed 1 alone"), kleiber.err());
    String where = folder.resolve("results").toString();
    assertEquals(0, kleiber.run("verify", seals.toString(), "--results", where), kleiber.err());
    assertTrue(kleiber.out().contains("unscored"), kleiber.out());
    assertTrue(kleiber.out().contains("no finished run has the seed"), kleiber.out());

    assertEquals(
        0,
        kleiber.run(
            "run",
            yaml.toString(),
            "--out",
            folder.resolve("results/target").toString(),
            "--set",
            "base.seed=" + seed.group(1),
            "--set",
            "grid.0.tokens=[1024]"),
        kleiber.err());
    int code = kleiber.run("verify", seals.toString(), "--results", where);
    boolean passed = kleiber.out().contains("passed");
    assertTrue(passed || kleiber.out().contains("failed"), kleiber.out());
    assertEquals(passed ? 0 : 1, code, "the exit code tells");
    assertTrue(kleiber.out().contains("seal 1: run "), kleiber.out());

    assertTrue(kleiber.out().contains("it is of the very rows that were fitted"), kleiber.out());

    String text = Files.readString(seals);
    String other = text.replaceFirst("(\"dataHash\":\")..", "$100");
    Files.writeString(seals, other);
    assertEquals(1, kleiber.run("verify", seals.toString(), "--results", where));
    assertTrue(kleiber.out().contains("of other rows than were fitted for seal 1;"), kleiber.out());
    Files.writeString(seals, text.replaceFirst("\"low\":\\d", "\"low\":0"));
    assertEquals(1, kleiber.run("verify", seals.toString(), "--results", where));
    assertTrue(kleiber.out().contains("line 1: it was changed"), kleiber.out());
    assertEquals(2, kleiber.run("verify", folder.resolve("none.jsonl").toString()));
    damageProvenance(folder.resolve("results/target/runs"));
    assertEquals(2, kleiber.run("verify", seals.toString(), "--results", where));
    assertTrue(kleiber.err().contains("it began at 'yesterday', expected a time"), kleiber.err());
  }

  private static void damageProvenance(Path runs) throws IOException {
    try (Stream<Path> all = Files.list(runs)) {
      for (Path run : all.toList()) {
        Path file = run.resolve("provenance.json");
        String written = Files.readString(file);
        Files.writeString(file, written.replaceFirst("(\"started\" ?: ?\")[^\"]*", "$1yesterday"));
      }
    }
  }

  @Test
  void whatIsHeldBackIsTrainedByTheSameCommandWithoutTheWord() throws IOException {
    String yaml = Rehearsal.writeExperiment(folder).toString();
    String results = folder.resolve("results").toString();
    String[] words = {"run", yaml, "--out", results, "--hold-back"};
    assertEquals(0, kleiber.run(words), kleiber.err());
    assertEquals(0, kleiber.run("run", yaml, "--out", results), kleiber.err());
    assertTrue(kleiber.out().contains("1 to train"), kleiber.out());
    assertTrue(kleiber.out().contains("foretold"), kleiber.out());
    assertEquals(
        2, kleiber.run("run", yaml, "--out", results, "--hold-back", "--adaptive", "--budget=1s"));
    assertTrue(kleiber.err().contains("leave --hold-back out"), kleiber.err());
  }
}
