package kleiber.design;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Random;
import kleiber.laws.Chinchilla;
import kleiber.laws.Law;
import kleiber.laws.Parameter;
import kleiber.laws.Scale;
import org.apache.commons.math3.linear.Array2DRowRealMatrix;
import org.apache.commons.math3.linear.ArrayRealVector;
import org.apache.commons.math3.linear.CholeskyDecomposition;
import org.apache.commons.math3.linear.RealMatrix;
import org.apache.commons.math3.linear.RealVector;
import org.junit.jupiter.api.Test;

/** The error to expect, beside the mean of errors that were made up one by one. */
class PredictionErrorTest {
  private static final int WORLDS = 20_000;
  private static final Scatter SCATTER = new Scatter(0.004, 0.01, 1.5);

  @Test
  void isTheMeanSquareOverManyWorlds() {
    long seed = 11;
    System.out.println("seed " + seed);
    Random random = new Random(seed);
    Candidates candidates = MadeMenu.of(3, 4);
    PredictionError error =
        new PredictionError(new Chinchilla(), MadeMenu.THETA, SCATTER, candidates);
    int[] fitted = {0, 3, 5, 6, 8, 10, 11};
    for (int run : fitted) {
      error.take(run);
    }
    double mean = 0;
    Worlds worlds = new Worlds(candidates, fitted);
    for (int world = 0; world < WORLDS; world++) {
      mean += Math.pow(worlds.error(random), 2) / WORLDS;
    }
    assertEquals(1, error.mean() / mean, 0.05, error.mean() + " against " + mean);
  }

  @Test
  void oneRunMoreIsThatRunTaken() {
    Candidates candidates = MadeMenu.of(3, 4);
    PredictionError error =
        new PredictionError(new Chinchilla(), MadeMenu.THETA, SCATTER, candidates);
    for (int run = 0; run < 12; run++) {
      double expected = error.meanWith(run);
      error.take(run);
      assertEquals(expected, error.mean(), 1e-12 * expected);
    }
  }

  /** Draws constants, errors of form and noise, and fits by ridge regression. */
  private static final class Worlds {
    private final RealMatrix slopes;
    private final RealVector towards;
    private final RealMatrix formRoot;
    private final CholeskyDecomposition normal;
    private final double variance = SCATTER.deviation() * SCATTER.deviation();

    Worlds(Candidates candidates, int[] fitted) {
      Law law = new Chinchilla();
      slopes = new Array2DRowRealMatrix(fitted.length, MadeMenu.THETA.length);
      Scale[] all = new Scale[fitted.length + 1];
      for (int i = 0; i < fitted.length; i++) {
        all[i] = candidates.runs().get(fitted[i]);
        slopes.setRow(i, slope(law, all[i]));
      }
      all[fitted.length] = MadeMenu.TARGET;
      towards = new ArrayRealVector(slope(law, MadeMenu.TARGET));
      RealMatrix form = new Array2DRowRealMatrix(all.length, all.length);
      for (int i = 0; i < all.length; i++) {
        for (int k = 0; k <= i; k++) {
          double x = Math.log(all[i].params() / all[k].params()) / SCATTER.reach();
          double y = Math.log(all[i].tokens() / all[k].tokens()) / SCATTER.reach();
          double own = i == k ? 1e-9 : 0;
          double covariance =
              SCATTER.form() * SCATTER.form() * (Math.exp(-(x * x + y * y) / 2) + own);
          form.setEntry(i, k, covariance);
          form.setEntry(k, i, covariance);
        }
      }
      formRoot = new CholeskyDecomposition(form).getL();
      RealMatrix information = slopes.transpose().multiply(slopes).scalarMultiply(1 / variance);
      for (int j = 0; j < MadeMenu.THETA.length; j++) {
        information.addToEntry(j, j, 1);
      }
      normal = new CholeskyDecomposition(information);
    }

    private static double[] slope(Law law, Scale at) {
      double[] slope = new double[MadeMenu.THETA.length];
      law.gradient(at, MadeMenu.THETA, slope);
      for (int j = 0; j < slope.length; j++) {
        Parameter its = law.parameters().get(j);
        slope[j] *=
            (its.low() > 0
                    ? MadeMenu.THETA[j] * Math.log(its.high() / its.low())
                    : its.high() - its.low())
                / 4
                / law.loss(at, MadeMenu.THETA);
      }
      return slope;
    }

    double error(Random random) {
      RealVector constants = gaussian(towards.getDimension(), random);
      RealVector form = formRoot.operate(gaussian(formRoot.getRowDimension(), random));
      int rows = slopes.getRowDimension();
      RealVector noise = gaussian(rows, random).mapMultiply(SCATTER.noise());
      RealVector measured = slopes.operate(constants).add(form.getSubVector(0, rows)).add(noise);
      RealVector fitted =
          normal.getSolver().solve(slopes.preMultiply(measured).mapDivide(variance));
      return towards.dotProduct(fitted) - towards.dotProduct(constants) - form.getEntry(rows);
    }

    private static RealVector gaussian(int size, Random random) {
      RealVector vector = new ArrayRealVector(size);
      for (int i = 0; i < size; i++) {
        vector.setEntry(i, random.nextGaussian());
      }
      return vector;
    }
  }
}
