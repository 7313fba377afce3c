package kleiber.fit;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import kleiber.laws.Chinchilla;
import kleiber.laws.MadeLosses;
import kleiber.laws.Observation;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ObjectiveTest {
  private static final double DELTA = 0.01;

  static List<Objective> objectives() {
    return List.of(
        new Huber(1e-3),
        new Huber(0.1),
        new AsymmetricHuber(DELTA, 0.2),
        new LeastAbsoluteDeviations(),
        new LeastAbsoluteDeviationsOfLoss(),
        new LeastSquares(),
        new LeastSquaresOfLoss(),
        new StudentT(4, 5e-3),
        new WeightedLeastSquares());
  }

  @ParameterizedTest
  @MethodSource("objectives")
  void isZeroAtTheTruthAndSlopesAsItSays(Objective objective) {
    assertEquals(0, objective.residual().of(3, 3, 0.1));
    assertEquals(0, objective.cost(0));
    assertEquals(0, objective.slope(0));
    for (double r : new double[] {-2, -0.05, -5e-4, 4e-4, 0.05, 0.5, 2}) {
      double step = 1e-6;
      double slope = (objective.cost(r + step) - objective.cost(r - step)) / (2 * step);
      double curvature = (objective.slope(r + step) - objective.slope(r - step)) / (2 * step);
      assertTrue(objective.cost(r) > 0);
      assertEquals(slope, objective.slope(r), 1e-6 * Math.abs(slope));
      assertEquals(curvature, objective.curvature(r), 1e-6 * Math.abs(curvature));
    }
  }

  /** An objective in other units: the same optimum, whatever a solver takes for small. */
  private record Small(Objective objective) implements Objective {
    private static final double UNIT = 1e-12;

    @Override
    public Residual residual() {
      return objective.residual();
    }

    @Override
    public double cost(double residual) {
      return UNIT * objective.cost(residual);
    }

    @Override
    public double slope(double residual) {
      return UNIT * objective.slope(residual);
    }

    @Override
    public double curvature(double residual) {
      return UNIT * objective.curvature(residual);
    }

    @Override
    public double width() {
      return objective.width();
    }

    @Override
    public Objective rounded(double width) {
      return new Small(objective.rounded(width));
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
    List<Observation> rows =
        MadeLosses.grid(new Chinchilla(), truth, 5e-3, new Random(2)).stream()
            .map(row -> MadeLosses.withStandardError(row, 0.01))
            .toList();
    double[] theta = new LawFitter(objective).fit(new Chinchilla(), rows).theta();
    double[] small = new LawFitter(new Small(objective)).fit(new Chinchilla(), rows).theta();
    assertArrayEquals(theta, small, 1e-3 * theta[3]);
    assertEquals(theta[2], small[2], 1e-5);
    assertEquals(theta[4], small[4], 1e-5);
  }

  /** About so many losses lie below the law as the quantile says. */
  @Test
  void anAsymmetricLawPassesBelowRunsThatWereNotTuned() {
    double[] truth = {0.9, 60, 0.4, 141, 0.35};
    Chinchilla law = new Chinchilla();
    Random random = new Random(4);
    List<Observation> rows = new ArrayList<>();
    for (int seed = 0; seed < 10; seed++) {
      for (Observation row : MadeLosses.grid(law, truth, 0, random)) {
        double untuned = 0.03 * -Math.log(random.nextDouble());
        rows.add(MadeLosses.measured("run", law, truth, row.at(), 0, random));
        int last = rows.size() - 1;
        double loss = rows.get(last).loss() * Math.exp(untuned);
        rows.set(last, new Observation("run", "run", "made", 0, row.at(), null, loss, Double.NaN));
      }
    }
    for (double quantile : new double[] {0.1, 0.5}) {
      FittedLaw fitted = new LawFitter(new AsymmetricHuber(1e-4, quantile)).fit(law, rows);
      double below =
          rows.stream().filter(row -> row.loss() < fitted.loss(row.at())).count()
              / (double) rows.size();
      assertEquals(quantile, below, 0.04);
    }
  }

  @Test
  void describesItself() {
    assertEquals("Huber(0.001) on ln L", new Huber(1e-3).describe());
  }
}
