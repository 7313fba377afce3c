package kleiber.estimate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Random;
import org.junit.jupiter.api.Test;

class QuadraticMinimumTest {
  private static final double[] X = {-1.4, -0.7, 0, 0.7, 1.4};

  private static double[] constant(double value) {
    return new double[] {value, value, value, value, value};
  }

  private static double[] parabola(double minimum, double curvature) {
    double[] y = new double[X.length];
    for (int i = 0; i < y.length; i++) {
      y[i] = 3 + curvature * (X[i] - minimum) * (X[i] - minimum);
    }
    return y;
  }

  @Test
  void exactValuesGiveTheMinimum() {
    QuadraticMinimum found = QuadraticMinimum.fit(X, parabola(0.3, 0.05), constant(1e-9), 1e9, 0.9);
    assertEquals(0.3, found.at(), 1e-9);
    assertEquals(3, found.value(), 1e-9);
    assertEquals(0.05, found.curvature(), 1e-9);
    assertEquals(0.05 * 0.09, found.excess(0), 1e-9);
    assertTrue(found.isKnown());
  }

  /** The interval of known noise holds the minimum as often as it says, by its definition. */
  @Test
  void theIntervalHoldsTheMinimum() {
    long seed = Long.getLong("kleiber.seed", 1);
    Random random = new Random(seed);
    int held = 0;
    int draws = 4000;
    for (int draw = 0; draw < draws; draw++) {
      double[] y = parabola(0.2, 0.05);
      for (int i = 0; i < y.length; i++) {
        y[i] += 0.02 * random.nextGaussian();
      }
      QuadraticMinimum found =
          QuadraticMinimum.fit(X, y, constant(0.02), Double.POSITIVE_INFINITY, 0.9);
      held += found.interval().holds(0.2) ? 1 : 0;
    }
    double share = held / (double) draws;
    assertTrue(share > 0.88 && share < 0.94, "seed " + seed + ": held " + share);
  }

  @Test
  void noiseThatHidesTheCurvatureLeavesNoEnds() {
    QuadraticMinimum hidden = QuadraticMinimum.fit(X, parabola(0.2, 0.05), constant(1), 10, 0.9);
    assertFalse(hidden.isKnown());
    assertEquals(0.2, hidden.at(), 1e-9);
    QuadraticMinimum concave =
        QuadraticMinimum.fit(X, parabola(0.2, -0.05), constant(1e-6), 10, 0.9);
    assertFalse(concave.isKnown());
    assertTrue(Double.isNaN(concave.at()));
  }

  @Test
  void twoPlacesAreRefused() {
    assertThrows(
        IllegalArgumentException.class,
        () ->
            QuadraticMinimum.fit(
                new double[] {0, 1, 1}, new double[] {1, 2, 2}, new double[] {1, 1, 1}, 5, 0.9));
  }
}
