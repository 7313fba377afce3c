package kleiber.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Random;
import kleiber.laws.Chinchilla;
import kleiber.laws.MixtureOfExperts;
import kleiber.laws.Scale;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Recipes of known laws side by side, and what a model should be that serves. */
class CompareCommandTest {
  private static final double[] OLD = {1.8, 480, 0.35, 2000, 0.37};

  /** Better on little compute, worse on much: they cross at 1e20 FLOPs or so, along D = 20 N. */
  private static final double[] FLAT = {1.8, 480 * Math.pow(9e8, -0.05), 0.30, 2000, 0.37};

  private final Program kleiber = new Program();
  @TempDir static Path folder;
  private static String old;
  private static String flat;

  @BeforeAll
  static void fit() throws IOException {
    old = fitted("old", OLD, 1);
    flat = fitted("flat", FLAT, 2);
  }

  private static String fitted(String name, double[] theta, int seed) throws IOException {
    Random random = new Random(seed);
    StringBuilder table = new StringBuilder("run,N,D,L\n");
    for (double params : new double[] {5e7, 1e8, 2e8, 4e8, 8e8}) {
      for (double ratio : new double[] {5, 10, 20, 40, 80}) {
        double loss =
            new Chinchilla().loss(Scale.of(params, ratio * params), theta)
                * Math.exp(0.0003 * random.nextGaussian());
        table.append("%s-%s,%s,%s,%s\n".formatted(params, ratio, params, ratio * params, loss));
      }
    }
    Path csv = Files.writeString(folder.resolve(name + ".csv"), table);
    String json = folder.resolve(name + ".json").toString();
    Program kleiber = new Program();
    assertEquals(
        0, kleiber.run("fit", csv.toString(), "--json", json, "--bootstrap", "50"), kleiber.err());
    return json;
  }

  @Test
  void theSentenceComesFirst() {
    String[] words = {"compare", old, flat, "--tokens-per-parameter", "20", "--bootstrap", "100"};
    assertEquals(0, kleiber.run(words), kleiber.err());
    String[] lines = kleiber.out().split("\\R");
    assertTrue(
        lines[0].matches(
            "At 3\\.07e20 FLOPs, for a run larger than any fitted, the laws give old a lower loss"
                + " than flat: .*"),
        lines[0]);
    assertTrue(lines[0].contains("with probability above 99.9 %"), lines[0]);
    assertTrue(
        lines[1].matches("flat is ahead up to (9\\.?\\d*e19|1\\.?\\d*e20) FLOPs \\[.*"), lines[1]);
    assertTrue(lines[2].startsWith("Compute-equivalent gain there: "), lines[2]);
    assertTrue(lines[3].contains(": that need grows by a factor of "), lines[3]);
    assertTrue(kleiber.out().contains("alpha"), kleiber.out());
    assertTrue(kleiber.out().contains("every run has its partner"), kleiber.out());
    assertTrue(kleiber.out().contains("pairs of runs"), kleiber.out());
    String[] early = {
      "compare", old, flat, "--tokens-per-parameter=20", "--bootstrap=100", "--flops=1e18"
    };
    assertEquals(0, kleiber.run(early), kleiber.err());
    assertTrue(
        kleiber
            .out()
            .lines()
            .findFirst()
            .orElse("")
            .contains(" the laws give old a higher loss than flat: "),
        kleiber.out());
  }

  @Test
  void ofLawsThatAreNotToldApartNoCrossingIsTold() throws IOException {
    String again = fitted("again", OLD, 3);
    String[] words = {"compare", old, again, "--tokens-per-parameter=20", "--bootstrap=50"};
    assertEquals(0, kleiber.run(words), kleiber.err());
    String[] lines = kleiber.out().split("\\R");
    assertTrue(lines[0].contains(" the laws do not tell old from again: "), lines[0]);
    assertTrue(lines[1].endsWith(": a crossing of them means nothing."), lines[1]);
    assertFalse(kleiber.out().contains(" ahead "), kleiber.out());
  }

  @Test
  void alongEachOnesBestDivisionToo() {
    assertEquals(0, kleiber.run("compare", old, flat, "--bootstrap", "50"), kleiber.err());
    assertTrue(kleiber.out().contains("Compute-equivalent gain there: "), kleiber.out());
  }

  @Test
  void whatIsTheSameIsSaidToBe() {
    assertEquals(0, kleiber.run("compare", old, old), kleiber.err());
    assertEquals(
        "%s and %s are identical: 25 losses, each the same at the same size and tokens"
            .formatted(old, old),
        kleiber.out().strip());
  }

  @Test
  void frontiersAreComparedByComputeAlone() {
    String[] words = {"compare", old, flat, "--frontier", "--flops=6e17", "--bootstrap=50"};
    assertEquals(0, kleiber.run(words), kleiber.err());
    assertTrue(
        kleiber.out().startsWith("At 6e17 FLOPs the laws give old a higher loss than flat: "),
        kleiber.out());
    assertTrue(kleiber.out().contains("Measured, the lowest losses of runs of 4e17"));
    assertTrue(kleiber.out().contains("\nalpha "), kleiber.out());
  }

  /** A law of experts' size: along compute it is asked at the one that a recipe has. */
  @Test
  void aLawIsAskedAtItsRecipesOwnAxes() throws IOException {
    String fine = ofExperts("fine", 8, 8);
    String coarse = ofExperts("coarse", 1, 1);
    String both = ofExperts("both", 1, 8);
    assertEquals(0, kleiber.run("compare", fine, coarse, "--bootstrap", "50"), kleiber.err());
    assertTrue(
        kleiber.out().contains(" the laws give fine a lower loss than coarse: "), kleiber.out());
    assertEquals(2, kleiber.run("compare", both, coarse, "--bootstrap", "50"));
    assertTrue(
        kleiber.err().contains("both has runs of granularity 1, 8, which its law reads"),
        kleiber.err());
  }

  private static String ofExperts(String name, double... granularities) throws IOException {
    Random random = new Random(7);
    MixtureOfExperts law = new MixtureOfExperts();
    StringBuilder table = new StringBuilder("run,N,D,granularity,L\n");
    for (double params : new double[] {1e8, 2e8, 4e8, 8e8}) {
      for (double ratio : new double[] {10, 20, 40}) {
        for (double granularity : granularities) {
          Scale plain = Scale.of(params, ratio * params);
          Scale at =
              new Scale(
                  plain.params(),
                  plain.tokens(),
                  plain.flops(),
                  Map.of("granularity", granularity));
          double loss = law.loss(at, law.typical()) * Math.exp(0.0003 * random.nextGaussian());
          table.append(
              "%s,%s,%s,%s,%s\n"
                  .formatted(random.nextInt(), params, ratio * params, granularity, loss));
        }
      }
    }
    Path csv = Files.writeString(folder.resolve(name + ".csv"), table);
    String json = folder.resolve(name + ".json").toString();
    Program kleiber = new Program();
    assertEquals(
        0,
        kleiber.run(
            "fit", csv.toString(), "--law=MixtureOfExperts", "--json", json, "--bootstrap", "50"),
        kleiber.err());
    return json;
  }

  @Test
  void mistakesAreTold() {
    String[][] wrong = {
      {"compare", old, folder + "/none.json", "there is no file"},
      {"compare", old, folder.toString(), "holds no results"},
      {"compare", old, flat, "--bootstrap", "5", "--bootstrap is 5"},
      {"compare", old, flat, "--confidence", "2", "--confidence is 2.0"},
      {"compare", old, flat, "--flops", "-1", "--flops is -1.0 but must be positive and finite"},
      {"compare", old, flat, "--horizon", "1e300", "--horizon is 1e300, which no training has"},
      {"compare", old, flat, "--tokens-per-parameter", "1e300", "which no training has; 20 is"},
      {"compare", old, flat, "--horizon", "1e3", "but the runs reach"},
      {"compare", old, flat, "--frontier", "--tokens-per-parameter", "9", "compute alone"},
      {"predict", old, "--target-loss", "1", "its floor, N and D without end, is 1."},
      {"predict", old, "--target-loss", "100", "more than any run that was fitted had"},
      {"predict", old, "--tokens-served", "1e12", "with either --target-loss or --flops"},
      {"predict", old, "--tokens-served", "1e30", "--flops", "1e20", "no model does that"},
      {"predict", old, "--tokens-served", "1e9", "--params", "1e9", "--tokens", "1e9", "expected"},
    };
    for (String[] each : wrong) {
      String[] words = Arrays.copyOf(each, each.length - 1);
      assertEquals(2, kleiber.run(words), String.join(" ", words));
      assertTrue(kleiber.err().contains(each[each.length - 1]), kleiber.err());
    }
  }

  @Test
  void aModelThatServesIsAskedFor() {
    String[] words = {"predict", old, "--tokens-served", "1e12", "--target-loss", "2.4"};
    assertEquals(0, kleiber.run(words), kleiber.err());
    String[] lines = kleiber.out().split("\\R");
    assertTrue(lines[0].startsWith("best: 2.4000 nats per token at N = "), lines[0]);
    assertTrue(lines[0].contains("(90 %)"), lines[0]);
    assertTrue(
        lines[1].matches(".*cheapest to train to that loss.* \\d\\.\\d+ times as much\\."),
        lines[1]);
    String[] bare = {"predict", old, "--target-loss", "2.4"};
    assertEquals(0, kleiber.run(bare), kleiber.err());
    assertTrue(kleiber.out().contains(" 0 to serve"), kleiber.out());
    String[] budget = {"predict", old, "--tokens-served", "1e12", "--flops", "1e22"};
    assertEquals(0, kleiber.run(budget), kleiber.err());
    assertTrue(kleiber.out().contains("Spent on training alone"), kleiber.out());
    assertTrue(
        kleiber.out().matches("(?s)best: 2\\.\\d+ \\[.*, 1e22 together\\R.*"), kleiber.out());
  }
}
