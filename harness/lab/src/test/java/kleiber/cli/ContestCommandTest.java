package kleiber.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Laws that compete on a table from elsewhere. */
class ContestCommandTest {
  @TempDir Path folder;
  private final Program kleiber = new Program();

  @Test
  void lawsMeetInAContest() throws IOException {
    StringBuilder rows = new StringBuilder("N,D,L\n");
    Random random = new Random(5);
    for (double params = 1e7; params < 1e10; params *= 1.8) {
      for (double tokens = 1e9; tokens < 1e12; tokens *= 3) {
        double law = 1.8 + 400 * Math.pow(params, -0.34) + 2000 * Math.pow(tokens, -0.37);
        double loss = law * Math.exp(0.002 * random.nextGaussian());
        rows.append(params).append(',').append(tokens).append(',').append(loss).append('\n');
      }
    }
    Path table = Files.writeString(folder.resolve("contest.csv"), rows);
    assertEquals(
        0,
        kleiber.run("contest", table.toString(), "--law", "Chinchilla", "--law", "OverTraining"),
        kleiber.err());
    assertTrue(kleiber.out().startsWith("Chinchilla is first"), kleiber.out());
    assertTrue(kleiber.out().contains("PowerLaw"), "the plain power law always takes part");
    assertEquals(2, kleiber.run("contest", table.toString(), "--law", "Vocabulary"));
    assertTrue(kleiber.err().contains("--map"), kleiber.err());
    String few = "N < 1.5e7 and D < 1e10";
    assertEquals(2, kleiber.run("contest", table.toString(), "--where", few));
    assertTrue(kleiber.err().contains("at least 5"), kleiber.err());
  }
}
