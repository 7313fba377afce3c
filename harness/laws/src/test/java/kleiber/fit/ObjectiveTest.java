package kleiber.fit;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Random;
import kleiber.laws.Chinchilla;
import kleiber.laws.MadeLosses;
import kleiber.laws.Observation;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ObjectiveTest {
  static List<Objective> objectives() {
    return List.of(new Huber(1e-3), new Huber(0.1), new LeastSquares());
  }

  @ParameterizedTest
  @MethodSource("objectives")
  void isZeroAtTheTruthAndSlopesAsItSays(Objective objective) {
    assertEquals(0, objective.cost(3, 3));
    assertEquals(0, objective.slope(3, 3));
    for (double ratio : new double[] {0.5, 0.9, 0.9995, 1.0004, 1.05, 2}) {
      double predicted = 3 * ratio;
      double step = 1e-6;
      double expected =
          (objective.cost(predicted + step, 3) - objective.cost(predicted - step, 3)) / (2 * step);
      assertTrue(objective.cost(predicted, 3) > 0);
      assertEquals(expected, objective.slope(predicted, 3), 1e-6 * Math.abs(expected));
    }
  }

  /** An objective in other units: the same optimum, whatever a solver takes for small. */
  private record Small(Objective objective) implements Objective {
    private static final double UNIT = 1e-12;

    @Override
    public double cost(double predicted, double measured) {
      return UNIT * objective.cost(predicted, measured);
    }

    @Override
    public double slope(double predicted, double measured) {
      return UNIT * objective.slope(predicted, measured);
    }

    @Override
    public String describe() {
      return UNIT + " x " + objective.describe();
    }
  }

  @ParameterizedTest
  @MethodSource("objectives")
  void theSolverStopsRelativeToTheObjective(Objective objective) {
    double[] truth = {0.9, 60, 0.4, 141, 0.35};
    List<Observation> rows = MadeLosses.grid(new Chinchilla(), truth, 5e-3, new Random(2));
    double[] theta = new LawFitter(objective).fit(new Chinchilla(), rows).theta();
    double[] small = new LawFitter(new Small(objective)).fit(new Chinchilla(), rows).theta();
    assertArrayEquals(theta, small, 1e-3 * theta[3]);
    assertEquals(theta[2], small[2], 1e-5);
    assertEquals(theta[4], small[4], 1e-5);
  }

  @Test
  void describesItself() {
    assertEquals("Huber(0.001) on ln L", new Huber(1e-3).describe());
  }
}
