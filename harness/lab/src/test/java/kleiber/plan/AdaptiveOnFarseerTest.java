package kleiber.plan;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.DoubleStream;
import kleiber.laws.Chinchilla;
import kleiber.laws.Law;
import kleiber.laws.PowerOfSum;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Choosing by what was measured beats grids of the same cost, on losses that people measured. */
class AdaptiveOnFarseerTest {
  private static final Path DATA =
      Path.of(System.getProperty("kleiber.home")).resolve("../shared/data/farseer").normalize();

  /** FLOPs; all 404 runs took 1.6e23. */
  private static final double BUDGET = 1e22;

  private static final Map<String, Function<FarseerGrids, Double>> WAYS = new LinkedHashMap<>();

  static {
    WAYS.put("adaptive", grids -> grids.error(grids.adaptive()));
    WAYS.put("geometric, 4 by 4", grids -> grids.error(grids.geometric(4)));
    WAYS.put("geometric, 5 by 5", grids -> grids.error(grids.geometric(5)));
    WAYS.put("geometric, 6 by 6", grids -> grids.error(grids.geometric(6)));
    WAYS.put("D-optimal", grids -> grids.error(grids.dOptimal()));
    WAYS.put("random", grids -> grids.error(grids.random()));
  }

  @BeforeAll
  static void dataAreThere() {
    Assumptions.assumeTrue(
        Files.exists(DATA.resolve("farseer_train.parquet")), "there is no " + DATA);
  }

  @Test
  void beatsTheBestGrid() throws IOException {
    assertAdaptiveIsBest(new PowerOfSum(), BUDGET, 0.25, 3);
  }

  @Test
  @Tag("slow")
  void beatsTheBestGridOverTwentySeeds() throws IOException {
    for (double budget : new double[] {BUDGET / 3, BUDGET, 3 * BUDGET}) {
      for (Law law : new Law[] {new PowerOfSum(), new Chinchilla()}) {
        assertAdaptiveIsBest(law, budget, 0.5, 20);
      }
    }
  }

  /** By the mean error over seeds, each of which is another part of the runs to choose from. */
  private static void assertAdaptiveIsBest(Law law, double budget, double part, int seeds)
      throws IOException {
    Map<String, double[]> errors = new LinkedHashMap<>();
    WAYS.keySet().forEach(way -> errors.put(way, new double[seeds]));
    for (int seed = 0; seed < seeds; seed++) {
      int column = seed;
      FarseerGrids grids = new FarseerGrids(law, budget, part, DATA, seed);
      WAYS.forEach((way, error) -> errors.get(way)[column] = error.apply(grids));
    }
    StringBuilder told = new StringBuilder();
    double best = Double.POSITIVE_INFINITY;
    double adaptive = mean(errors.get("adaptive"));
    for (Map.Entry<String, double[]> each : errors.entrySet()) {
      double[] its = each.getValue();
      told.append(
          String.format(
              Locale.ROOT,
              "%s, %.1e FLOPs, seeds 0 to %d, %-17s mean error %.2f %%, worst %.2f %%%n",
              law.getClass().getSimpleName(),
              budget,
              seeds - 1,
              each.getKey(),
              100 * mean(its),
              100 * DoubleStream.of(its).max().orElseThrow()));
      if (!each.getKey().equals("adaptive")) {
        best = Math.min(best, mean(its));
      }
    }
    System.out.print(told);
    assertTrue(adaptive < best, told.toString());
  }

  private static double mean(double[] values) {
    return DoubleStream.of(values).average().orElseThrow();
  }
}
