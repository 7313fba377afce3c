package kleiber.estimate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.DoubleUnaryOperator;
import kleiber.fit.FittedLaw;
import kleiber.fit.LawFitter;
import kleiber.fit.LeastSquares;
import kleiber.laws.BrokenPowerLaw;
import kleiber.laws.Observation;
import kleiber.laws.Scale;
import kleiber.laws.Variable;
import org.junit.jupiter.api.Test;

/** A loss that rises again is told from one that only falls. */
class MonotonicityTest {
  private static final long SEED = 11;

  private static List<Observation> made(DoubleUnaryOperator lossOfLnN, double noise, long seed) {
    Random random = new Random(seed);
    List<Observation> rows = new ArrayList<>();
    for (int i = 0; i < 16; i++) {
      double lnN = Math.log(1e6) + i * Math.log(1e4) / 15;
      double loss =
          lossOfLnN.applyAsDouble(lnN - Math.log(1e6)) * Math.exp(noise * random.nextGaussian());
      Scale at = Scale.of(Math.exp(lnN), 1e9);
      rows.add(new Observation("r" + i, "r" + i, null, 0, at, null, loss, Double.NaN));
    }
    return rows;
  }

  private static double falling(double x) {
    return 2 + 2 * Math.exp(-0.3 * x);
  }

  private static double valley(double x) {
    return falling(x) + 0.05 * Math.max(0, x - 5) * Math.max(0, x - 5);
  }

  @Test
  void aValleyIsRefused() {
    Monotonicity found =
        Monotonicity.along(Scale::params, made(MonotonicityTest::valley, 0.01, SEED), SEED);
    assertTrue(found.refused(0.01), found.sentence());
    assertTrue(found.turn() > 1e8 && found.turn() < 1e10, found.sentence());
  }

  @Test
  void aFallingCurveIsRefusedNoOftenerThanTheLevelSays() {
    int refused = 0;
    for (int draw = 0; draw < 40; draw++) {
      List<Observation> rows = made(MonotonicityTest::falling, 0.02, SEED + draw);
      refused += Monotonicity.along(Scale::params, rows, draw).refused(0.05) ? 1 : 0;
    }
    assertTrue(refused <= 6, refused + " of 40 refused at 5 %, seed " + SEED);
  }

  @Test
  void aBrokenLawFollowsTheValley() {
    List<Observation> rows = made(MonotonicityTest::valley, 0.002, SEED);
    FittedLaw law =
        new LawFitter(new LeastSquares()).fit(new BrokenPowerLaw(1, Variable.PARAMS), rows);
    Scale largest = rows.get(15).at();
    assertEquals(rows.get(15).loss(), law.loss(largest), 0.03 * rows.get(15).loss());
    assertFalse(law.loss(largest) < law.loss(rows.get(10).at()), "the law does not rise");
  }

  @Test
  void tooFewPointsAreRefused() {
    List<Observation> rows = made(MonotonicityTest::falling, 0, SEED).subList(0, 4);
    assertThrows(
        IllegalArgumentException.class, () -> Monotonicity.along(Scale::params, rows, SEED));
  }
}
