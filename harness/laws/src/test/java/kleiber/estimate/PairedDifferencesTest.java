package kleiber.estimate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import kleiber.fit.Interval;
import org.junit.jupiter.api.Test;

class PairedDifferencesTest {
  private static final long SEED = 11;
  private static final int SETS = 2000;
  private static final double TRUTH = 0.1;

  /** Cases that share most of their noise with the others of their cluster. */
  private static Map<String, List<Double>> made(int clusters, int each, Random random) {
    Map<String, List<Double>> made = new LinkedHashMap<>();
    for (int c = 0; c < clusters; c++) {
      double shared = random.nextGaussian();
      List<Double> cases = new ArrayList<>();
      for (int i = 0; i < each; i++) {
        cases.add(TRUTH + shared + 0.5 * random.nextGaussian());
      }
      made.put("seed " + c, cases);
    }
    return made;
  }

  @Test
  void holdsTheMeanAsOftenAsItSaysThoughCasesAreAlike() {
    Random random = new Random(SEED);
    int byCluster = 0;
    int byCase = 0;
    for (int set = 0; set < SETS; set++) {
      Map<String, List<Double>> cases = made(4, 6, random);
      byCluster += PairedDifferences.of(cases, 0.9).interval().holds(TRUTH) ? 1 : 0;
      Map<String, List<Double>> single = new LinkedHashMap<>();
      cases.values().stream()
          .flatMap(List::stream)
          .forEach(difference -> single.put("case " + single.size(), List.of(difference)));
      byCase += PairedDifferences.of(single, 0.9).interval().holds(TRUTH) ? 1 : 0;
    }
    assertEquals(0.9, (double) byCluster / SETS, 0.02, "seed " + SEED);
    assertTrue(byCase < 0.7 * SETS, "cases taken for independent held " + byCase + " of " + SETS);
  }

  @Test
  void saysHowAlikeCasesAre() {
    PairedDifferences alike = PairedDifferences.of(made(300, 6, new Random(SEED)), 0.9);
    assertEquals(0.8, alike.intraclass(), 0.04, "seed " + SEED);
    assertEquals(1800 / (1 + 5 * alike.intraclass()), alike.effectiveCases(), 1e-9);
  }

  @Test
  void oneClusterSaysNothingOfOthers() {
    PairedDifferences one = PairedDifferences.of(Map.of("seed 1", List.of(1.0, 1.1)), 0.9);
    assertEquals(1.05, one.mean(), 1e-12);
    assertEquals(Double.POSITIVE_INFINITY, one.interval().high());
    assertEquals(1, one.effectiveCases());
    assertFalse(one.differs());
  }

  @Test
  void whatIsNoDifferenceIsRefused() {
    assertThrows(IllegalArgumentException.class, () -> PairedDifferences.of(Map.of(), 0.9));
    assertThrows(
        IllegalArgumentException.class,
        () -> PairedDifferences.of(Map.of("seed 1", List.of(Double.NaN)), 0.9));
  }

  /** Clopper and Pearson's interval of 8 in 10, 95 %: 0.4439 to 0.9748. */
  @Test
  void proportions() {
    Interval eight = new Proportion(8, 10).interval(0.95);
    assertEquals(0.4439, eight.low(), 5e-5);
    assertEquals(0.9748, eight.high(), 5e-5);
    Interval none = new Proportion(0, 20).interval(0.9);
    assertEquals(0, none.low());
    assertEquals(1 - Math.pow(0.05, 1 / 20.0), none.high(), 1e-9);
    assertThrows(IllegalArgumentException.class, () -> new Proportion(3, 2));
  }
}
