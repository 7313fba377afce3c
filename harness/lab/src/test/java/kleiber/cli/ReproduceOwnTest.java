package kleiber.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import kleiber.study.StudyResult;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Kept results, and texts that quote them, derived again from logs. */
class ReproduceOwnTest {
  private final Program kleiber = new Program();

  @TempDir private Path home;

  @Test
  void whatTheLogsGiveAgreesAndWhatTheyDoNotIsAMiss() throws IOException {
    Path results = home.resolve("results");
    Path rehearsal = results.resolve("rehearsal");
    Rehearsal.writeExperiment(home);
    assertEquals(
        0,
        kleiber.run(
            "run",
            home.resolve("rehearsal.yaml").toString(),
            "--out=" + rehearsal,
            "--set=probes=[{model.width: [4], tokens: [1024], optimizer.learningRate: [5e-3,"
                + " 2e-2]}, {model.width: [16], tokens: [4096], optimizer.learningRate: [5e-3,"
                + " 2e-2]}]",
            "--set=studies=[{type: RateCheck}, {type: ComputeAllocation}, {type:"
                + " Checkpoints}]",
            "--workers=0",
            "--devices=cpu",
            "--threads=1"),
        kleiber.err());
    assertEquals(0, own(results), kleiber.out() + kleiber.err());
    String said = kleiber.out();
    assertTrue(said.contains(" 0 miss;"), said);
    String effort =
        said.lines()
            .filter(line -> line.startsWith("rehearsal: ") && line.endsWith("of training."))
            .findFirst()
            .orElseThrow();

    Path readme = home.resolve("README.md");
    Files.writeString(readme, "Found:\n> " + effort + "\n> another: thing\n");
    assertEquals(0, own(results), kleiber.out());
    assertTrue(
        kleiber.out().matches("(?s).*sentences quoted +refit +1 +1 +0 +reproduced.*"),
        kleiber.out());

    Files.writeString(readme, "Found:\n> " + effort.replace(" runs", " walks") + "\n");
    assertEquals(1, own(results));
    assertTrue(kleiber.out().contains("README.md, line 2, quotes"), kleiber.out());

    String row =
        said.lines()
            .filter(line -> line.startsWith("rehearsal: | "))
            .map(line -> line.substring("rehearsal: ".length()))
            .findFirst()
            .orElseThrow();
    Files.writeString(readme, "| question | answer | … |\n|---|---|---|\n" + row + "\n");
    assertEquals(0, own(results), kleiber.out());
    assertTrue(
        kleiber.out().matches("(?s).*rows of tables +refit +1 +1 +0 +reproduced.*"), kleiber.out());
    Files.writeString(readme, row.replace("foretold", "dreamt of"));
    assertEquals(1, own(results));
    assertTrue(kleiber.out().contains("README.md, line 1, is not what"), kleiber.out());

    Files.writeString(readme, "Found:\n> another: thing\n");
    assertEquals(0, own(results), "no experiment of the project");
    Files.createDirectories(home.resolve("experiments"));
    Files.writeString(home.resolve("experiments").resolve("another.yaml"), "name: another\n");
    assertEquals(1, own(results), kleiber.out());
    assertTrue(kleiber.out().contains("README.md, line 2, quotes"), kleiber.out());
    Files.delete(readme);

    Path fit = rehearsal.resolve("fits").resolve("Chinchilla.json");
    String kept = Files.readString(fit);
    Files.writeString(fit, kept.replaceFirst("\"cost\" : \\d", "\"cost\" : 9"));
    assertEquals(1, own(results));
    assertTrue(kleiber.out().contains("MISS"), kleiber.out());
    Files.writeString(fit, kept);
    assertEquals(0, own(results));

    Path study = StudyResult.path(rehearsal, "ComputeAllocation");
    String found = Files.readString(study);
    Files.writeString(study, found.replace("a by Approach 3", "a by nobody"));
    assertEquals(1, own(results), found);
    assertTrue(kleiber.out().contains("ComputeAllocation: a by nobody"), kleiber.out());
    Files.delete(study);
    assertEquals(1, own(results));
    assertTrue(kleiber.out().contains("ComputeAllocation.json"), kleiber.out());
  }

  @Test
  void aFolderThatIsNotThereIsNamed() {
    assertEquals(2, own(home.resolve("none")));
    assertTrue(kleiber.err().contains("there is no folder"), kleiber.err());
    assertEquals(2, kleiber.run("reproduce", "own", "StepLaw"));
    assertTrue(kleiber.err().contains("own stands alone"), kleiber.err());
  }

  private int own(Path results) {
    return kleiber.run("reproduce", "own", "--results", results.toString());
  }
}
