package kleiber.estimate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Cells of two seeds and one, whose noise is known. */
class PooledNoiseTest {
  private static final long SEED = 23;
  private static final int SETS = 2000;
  private static final double NOISE = 0.02;

  /** Nine cells of two seeds, and a tenth of one; cell i lies about i. */
  private static List<List<Double>> made(Random random) {
    List<List<Double>> cells = new ArrayList<>();
    for (int cell = 0; cell < 10; cell++) {
      List<Double> values = new ArrayList<>();
      for (int seed = 0; seed < (cell < 9 ? 2 : 1); seed++) {
        values.add(cell + NOISE * random.nextGaussian());
      }
      cells.add(values);
    }
    return cells;
  }

  @Test
  void intervalsHoldTheTruthOfTwoSeedsOfOneAndOfAverages() {
    Random random = new Random(SEED);
    Held two = new Held("cell of two seeds");
    Held one = new Held("cell of one seed");
    Held average = new Held("mean of three cells, seed " + SEED);
    double pooled = 0;
    double alone = 0;
    for (int set = 0; set < SETS; set++) {
      List<List<Double>> cells = made(random);
      PooledNoise noise = PooledNoise.of(cells);
      assertEquals(9, noise.degreesOfFreedom());
      Estimate first = noise.mean(cells.get(0), 0.9);
      two.count(first, 0);
      one.count(noise.mean(cells.get(9), 0.9), 9);
      average.count(noise.meanOfCells(List.of(cells.get(1), cells.get(5), cells.get(9)), 0.9), 5);
      pooled += first.interval().high() - first.interval().low();
      Estimate itself = PooledNoise.of(cells.subList(0, 1)).mean(cells.get(0), 0.9);
      alone += itself.interval().high() - itself.interval().low();
    }
    two.isAboutRight(0.01);
    one.isAboutRight(0.01);
    average.isAboutRight(0.01);
    assertTrue(pooled < alone / 2, pooled + " pooled, by one degree of freedom " + alone);
  }

  @Test
  void theDeviationIsThatOfOneValue() {
    PooledNoise noise = PooledNoise.of(List.of(List.of(1.0, 3.0), List.of(5.0), List.of(2.0, 2.0)));
    assertEquals(1, noise.deviation(), 1e-12);
    assertEquals(2, noise.degreesOfFreedom());
    assertEquals(2.919986, noise.reach(0.9), 1e-6); // Student's t, two degrees of freedom
    assertEquals(2.919986, noise.mean(List.of(0.0), 0.9).interval().high(), 1e-6);
  }

  /** Two lengths of one trunk, and one of another: both trunks tell the noise once. */
  @Test
  void cellsOfOneClusterCountOnce() {
    PooledNoise noise =
        PooledNoise.ofClusters(
            List.of(
                List.of(List.of(1.0, 3.0), List.of(2.0, 4.0)), List.of(List.of(5.0, 7.0, 9.0))));
    assertEquals(3, noise.degreesOfFreedom());
    assertEquals(Math.sqrt(12.0 / 4), noise.deviation(), 1e-12);
  }

  @Test
  void aDifferenceHasTheNoiseOfBothSides() {
    PooledNoise noise = new PooledNoise(1, 2);
    Estimate difference =
        noise.difference(
            List.of(List.of(3.0, 5.0), List.of(6.0)), List.of(List.of(1.0), List.of(2.0)), 0.9);
    assertEquals(3.5, difference.value(), 1e-12);
    // Variances of the two means: (1/2 + 1) / 4 and (1 + 1) / 4; Student's t is 2.919986.
    assertEquals(3.5 + 2.919986 * Math.sqrt(3.5 / 4), difference.interval().high(), 1e-6);
  }

  /** The 95 % quantile of F with 2 and 2 degrees of freedom is 19. */
  @Test
  void noisesThatDifferByMoreThanChanceAreNotOne() {
    PooledNoise one = new PooledNoise(1, 2);
    assertTrue(one.mayBe(new PooledNoise(Math.sqrt(18.9), 2), 0.9));
    assertFalse(one.mayBe(new PooledNoise(Math.sqrt(19.1), 2), 0.9));
    assertFalse(new PooledNoise(Math.sqrt(19.1), 2).mayBe(one, 0.9));
    assertTrue(one.mayBe(new PooledNoise(Double.NaN, 0), 0.9));
  }

  @Test
  void cellsOfOneSeedTellNothing() {
    PooledNoise none = PooledNoise.of(List.of(List.of(1.0), List.of(2.0)));
    assertFalse(none.isKnown());
    Estimate mean = none.mean(List.of(1.5), 0.9);
    assertEquals(1.5, mean.value());
    assertEquals(Double.POSITIVE_INFINITY, mean.interval().high());
    assertThrows(
        IllegalArgumentException.class, () -> PooledNoise.of(List.of(List.of(1.0, Double.NaN))));
  }
}
