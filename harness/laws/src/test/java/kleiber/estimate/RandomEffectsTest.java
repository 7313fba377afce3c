package kleiber.estimate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

class RandomEffectsTest {
  /**
   * The thirteen trials of the BCG vaccine (Colditz et al. 1994): log risk ratios and variances, as
   * in the handbook of Viechtbauer 2010 (J. Stat. Software 36), whose results are compared.
   */
  @Test
  void agreesWithThePublishedMetaAnalysis() {
    double[] logRiskRatios = {
      -0.8893, -1.5854, -1.3481, -1.4416, -0.2175, -0.7861, -1.6209, 0.0120, -0.4694, -1.3713,
      -0.3394, 0.4459, -0.0173
    };
    double[] variances = {
      0.3256, 0.1946, 0.4154, 0.0200, 0.0512, 0.0069, 0.2230, 0.0040, 0.0564, 0.0730, 0.0124,
      0.5325, 0.0714
    };
    RandomEffects pooled =
        RandomEffects.pool(logRiskRatios, Arrays.stream(variances).map(Math::sqrt).toArray());
    assertEquals(0.3132, pooled.tauSquared(), 1e-3);
    assertEquals(-0.7145, pooled.mean(), 5e-4);
    assertEquals(0.9222, pooled.iSquared(), 5e-4);
    assertEquals(152.23, pooled.q(), 0.6);
    assertEquals(0.3088, RandomEffects.dersimonianLaird(logRiskRatios, variances), 2e-3);
    assertTrue(pooled.pHomogeneous() < 1e-9);
    assertTrue(pooled.prediction(0.9).high() > pooled.interval(0.9).high());
  }

  @Test
  void studiesThatAgreeHaveNoVarianceBetweenThem() {
    RandomEffects pooled =
        RandomEffects.pool(new double[] {0.5, 0.51, 0.49}, new double[] {0.1, 0.1, 0.1});
    assertEquals(0, pooled.tauSquared());
    assertEquals(0, pooled.iSquared());
    assertEquals(0.5, pooled.mean(), 1e-12);
    assertEquals(0.1 / Math.sqrt(3), pooled.standardError(), 1e-12);
  }

  @Test
  void refusesWhatCannotBePooled() {
    double[] two = {1, 2};
    double[] three = {1, 2, 3};
    assertThrows(IllegalArgumentException.class, () -> RandomEffects.pool(two, two));
    assertThrows(IllegalArgumentException.class, () -> RandomEffects.pool(three, two));
    assertThrows(
        IllegalArgumentException.class, () -> RandomEffects.pool(three, new double[] {1, 0, 1}));
  }

  @Test
  void intervalsHoldTheTruth() {
    coverage(300);
  }

  @Tag("slow")
  @Test
  void intervalsHoldTheTruthInTenThousandSets() {
    coverage(10_000);
  }

  /**
   * Exponents of seven studies around .5, with standard errors from .01 to .05. What one more study
   * would find is held too seldom where studies scatter little, since seven say little of τ.
   */
  private static void coverage(int sets) {
    for (double tau : new double[] {0.03, 0.1}) {
      Held mean = new Held("pooled mean, tau " + tau);
      Held next = new Held("one more study, tau " + tau);
      for (int set = 0; set < sets; set++) {
        Random random = new Random(set);
        double[] values = new double[7];
        double[] errors = new double[values.length];
        for (int i = 0; i < values.length; i++) {
          errors[i] = 0.01 + 0.04 * random.nextDouble();
          values[i] = 0.5 + tau * random.nextGaussian() + errors[i] * random.nextGaussian();
        }
        RandomEffects pooled = RandomEffects.pool(values, errors);
        mean.count(pooled.interval(0.9), pooled.mean(), 0.5);
        double another = 0.5 + tau * random.nextGaussian();
        next.count(pooled.prediction(0.9), pooled.mean(), another);
      }
      mean.isAboutRight(0.04);
      next.isBetween(0.8, 0.95);
    }
  }
}
