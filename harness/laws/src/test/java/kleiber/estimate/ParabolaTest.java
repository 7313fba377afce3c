package kleiber.estimate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ParabolaTest {
  private static final double ALPHA = MadeBudgets.TRUTH[2];
  private static final double BETA = MadeBudgets.TRUTH[4];

  @ParameterizedTest
  @CsvSource({"0.7,5,0", "1.4,7,0", "1.4,3,0.3", "2.3,12,-0.8", "0.1,9,0"})
  void theVertexOfExactLossesIsShiftedByTheClosedForm(
      double halfWidth, int sizes, double offCentre) {
    double shift = Parabola.shift(ALPHA, BETA, halfWidth, sizes, offCentre);
    for (int k = 0; k < 4; k++) {
      double drift = k == 0 ? 0 : offCentre / k;
      IsoFlop budget =
          MadeBudgets.isoFlops(k + 1, sizes, halfWidth, drift, 0, new Random(1)).get(k);
      double optimum = MadeBudgets.LAW.optimum(budget.flops(), MadeBudgets.TRUTH).params();
      if (k > 0 || offCentre == 0) {
        assertEquals(shift, Math.log(Parabola.fit(budget).params() / optimum), 1e-6);
      }
    }
  }

  @Test
  void aNarrowGridOnTheOptimumIsNotShifted() {
    assertEquals(0, Parabola.shift(0.3, 0.5, 0.01, 5, 0), 1e-4);
    assertTrue(Math.abs(Parabola.shift(0.3, 0.5, 2, 5, 0)) > 0.05);
    assertEquals(Parabola.shift(0.3, 0.5, 2, 6, 0.4), -Parabola.shift(0.5, 0.3, 2, 6, -0.4), 1e-12);
    assertThrows(IllegalArgumentException.class, () -> Parabola.shift(0.3, 0.5, 1, 2, 0));
  }

  @Test
  void aVertexThatMeansNothingIsRejected() {
    assertEquals(Vertex.INSIDE, vertex(4, 1, 0, 1, 4));
    assertEquals(Vertex.CONCAVE, vertex(0, 3, 4, 3, 0));
    assertEquals(Vertex.EDGE, vertex(9, 6, 4, 2.5, 1.5));
    assertEquals(Vertex.OPEN, vertex(9, 4, 1, 0, 0.3));
    assertTrue(
        Parabola.fit(budget(9, 6, 4, 2.5, 1.5)).sentence().contains("outside the sizes tried"));
  }

  @Test
  void sizesMustAscendAndBePositive() {
    double[] up = {1, 2, 3};
    double[] down = {3, 2, 1};
    assertThrows(IllegalArgumentException.class, () -> new IsoFlop(1, down, up, up));
    assertThrows(IllegalArgumentException.class, () -> new IsoFlop(-1, up, up, up));
    double[] two = {1, 2};
    assertThrows(IllegalArgumentException.class, () -> new IsoFlop(1, two, two, two));
  }

  @Test
  void observationsAreSortedIntoBudgets() {
    var budgets = MadeBudgets.isoFlops(3, 5, 1, 0, 0.01, new Random(1));
    var again = IsoFlop.of(MadeBudgets.rows(budgets), 0.01);
    assertEquals(3, again.size());
    for (int k = 0; k < 3; k++) {
      assertEquals(budgets.get(k).flops(), again.get(k).flops(), 1e-9 * budgets.get(k).flops());
      assertTrue(Arrays.equals(budgets.get(k).losses(), again.get(k).losses()));
    }
    double between = Math.sqrt(budgets.get(0).params()[1] * budgets.get(0).params()[2]);
    assertEquals(
        budgets.get(0).flops() / 6 / between,
        budgets.get(0).tokensAt(between),
        1e-9 * budgets.get(0).tokensAt(between));
  }

  private static Vertex vertex(double... above) {
    return Parabola.fit(budget(above)).vertex();
  }

  private static IsoFlop budget(double... above) {
    double[] params = new double[above.length];
    double[] losses = new double[above.length];
    for (int i = 0; i < above.length; i++) {
      params[i] = Math.pow(2, i);
      losses[i] = 3 + above[i] / 10;
    }
    return new IsoFlop(1e18, params, params, losses);
  }
}
