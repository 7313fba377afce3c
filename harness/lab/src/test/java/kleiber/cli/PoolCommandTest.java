package kleiber.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import kleiber.study.CheckpointsStudy;
import kleiber.study.StudyResult;
import kleiber.study.StudyTable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Cases of several experiments on the command line. */
class PoolCommandTest {
  private final Program kleiber = new Program();

  @TempDir private Path home;

  private String experiment(String name, double... differences) throws IOException {
    StudyTable table = StudyTable.of(CheckpointsStudy.CASES, "Seed", CheckpointsStudy.DIFFERENCE);
    for (double difference : differences) {
      table =
          table.row(StudyTable.Cell.of("1", 1), StudyTable.Cell.of(difference + "", difference));
    }
    Path folder = home.resolve(name);
    new StudyResult(
            "Checkpoints", name, List.of("?"), Map.of(), List.of(table), List.of(), List.of(), "")
        .write(StudyResult.path(folder, "Checkpoints"));
    return folder.toString();
  }

  @Test
  void casesArePooledByExperiment() throws IOException {
    String one = experiment("one", 0.010, 0.012);
    String two = experiment("two", 0.011, 0.009);
    String three = experiment("three", 0.012, 0.010);
    assertEquals(0, kleiber.run("pool", one, two, three), kleiber.err());
    assertTrue(
        kleiber
            .out()
            .startsWith(
                "Over 6 cases of 3 experiments a law fitted to all checkpoints errs by 1.1 % ["),
        kleiber.out());
    assertTrue(kleiber.out().contains("three"), kleiber.out());
  }

  @Test
  void whatCannotBePooledIsNamed() throws IOException {
    assertEquals(2, kleiber.run("pool", home.resolve("none").toString()));
    assertTrue(kleiber.err().contains("Checkpoints.json; add '- {type: "), kleiber.err());
    String empty = experiment("empty");
    assertEquals(2, kleiber.run("pool", empty));
    assertTrue(kleiber.err().contains("has no cases"), kleiber.err());
    String one = experiment("one", 0.01);
    assertEquals(2, kleiber.run("pool", one, one));
    assertTrue(kleiber.err().contains("has the cases of another folder"), kleiber.err());
    for (String broken : List.of("null", "{", "[]", "{\"cases\":[]}", "")) {
      Files.writeString(StudyResult.path(Path.of(empty), "Checkpoints"), broken);
      assertEquals(2, kleiber.run("pool", empty), broken);
      assertTrue(kleiber.err().contains("is not a result of the study Checkpoints"), broken);
    }
    assertEquals(2, kleiber.run("pool", one, "--confidence=90"));
    assertTrue(kleiber.err().contains("must be between 0 and 1"), kleiber.err());
  }
}
