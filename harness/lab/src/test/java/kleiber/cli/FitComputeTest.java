package kleiber.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A law of compute from a table without N and D, which nobody asks for. */
class FitComputeTest {
  @TempDir Path folder;
  private final Program kleiber = new Program();

  @Test
  void aLawOfComputeAloneForetellsForFlops() throws IOException {
    long seed = Long.getLong("kleiber.seed", new Random().nextLong());
    System.out.println("FitComputeTest: -Dkleiber.seed=" + seed);
    Random random = new Random(seed);
    StringBuilder rows = new StringBuilder("C,L\n");
    for (double flops = 1e15; flops < 1e21; flops *= 2) {
      double loss = 1.7 + 900 * Math.pow(flops, -0.17);
      rows.append(flops).append(',').append(loss * Math.exp(0.001 * random.nextGaussian()));
      rows.append('\n');
    }
    String table = Files.writeString(folder.resolve("compute.csv"), rows).toString();
    String json = folder.resolve("compute.json").toString();
    String[] words = {"fit", table, "--law", "PowerLaw", "--bootstrap", "60", "--json", json};
    assertEquals(0, kleiber.run(words), kleiber.err());
    assertEquals(0, kleiber.run("predict", json, "--flops", "1e22"), kleiber.err());
    double told = Double.parseDouble(kleiber.out().split(" ")[0]);
    assertEquals(1.7 + 900 * Math.pow(1e22, -0.17), told, 0.03);
    assertTrue(
        kleiber
            .out()
            .matches("(?s)\\S+ \\[\\S+, \\S+] \\(90 %\\) nats per token at 1e22 FLOPs\n.*"),
        kleiber.out());
    assertTrue(kleiber.out().contains("times the compute of any run"), kleiber.out());

    String seals = folder.resolve("seals.jsonl").toString();
    assertEquals(2, kleiber.run("predict", json, "--flops", "1e22", "--seal", seals));
    assertTrue(kleiber.err().contains("is of no one run"), kleiber.err());
    assertFalse(Files.exists(Path.of(seals)));
    assertEquals(
        2, kleiber.run("predict", json, "--tokens-served", "1e12", "--target-loss", "1.9"));
    assertTrue(kleiber.err().contains("give --params N and --tokens D"), kleiber.err());
  }
}
