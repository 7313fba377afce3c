package kleiber.fit;

import java.util.Arrays;

/**
 * Puts the amplitudes of a point where they are best for its exponents: one round of reweighted
 * least squares, which never ends higher where residuals are linear in the loss. Lets a solver take
 * long steps in the exponents without falling off the curved valley along which they trade off.
 */
final class AmplitudeStep {
  private final Problem problem;
  private final int columns;
  private final double[][] normal;
  private final double[] right;
  private final double[] best;
  private final double[] residual;

  /** By parameter: what the new amplitudes multiply a derivative by. */
  private final double[] times;

  private final NonNegative nonNegative;

  AmplitudeStep(Problem problem) {
    this.problem = problem;
    columns = problem.amplitudes.length;
    normal = new double[columns][columns];
    right = new double[columns];
    best = new double[columns];
    residual = new double[problem.at.length];
    times = new double[problem.size];
    nonNegative = NonNegative.amplitudesOf(problem);
  }

  /**
   * Moves the amplitudes of an evaluated point, where that makes it lower.
   *
   * @return whether the derivatives by exponents have to be evaluated again: an exponent belongs to
   *     several amplitudes, or to one that was zero
   */
  boolean improve(Point point, Objective objective) {
    int n = problem.size;
    Arrays.fill(right, 0);
    for (double[] row : normal) {
      Arrays.fill(row, 0);
    }
    for (int i = 0; i < point.residual.length; i++) {
      if (problem.weight[i] > 0) {
        double unit = problem.residualByLoss(i, point.predicted[i]);
        double r = point.residual[i];
        double w = problem.weight[i] * unit * unit * parabola(objective, r);
        double wanted = point.predicted[i] - r / unit;
        for (int k = 0; k < columns; k++) {
          double weighted = w * point.jacobian[i * n + problem.amplitudes[k]];
          right[k] += weighted * wanted;
          for (int m = 0; m <= k; m++) {
            normal[k][m] += weighted * point.jacobian[i * n + problem.amplitudes[m]];
          }
        }
      }
    }
    nonNegative.solve(normal, right, best);
    for (int k = 0; k < columns; k++) {
      int j = problem.amplitudes[k];
      best[k] = Math.max(problem.lowest(j), Math.min(problem.highest(j), best[k]));
    }
    double before = point.cost;
    double sum = 0;
    for (int i = 0; i < point.residual.length; i++) {
      if (problem.weight[i] > 0) {
        double predicted = 0;
        for (int k = 0; k < columns; k++) {
          predicted += best[k] * point.jacobian[i * n + problem.amplitudes[k]];
        }
        residual[i] = problem.residual(i, predicted);
        sum += problem.weight[i] * objective.cost(residual[i]);
      }
    }
    if (!(sum < before)) {
      return false;
    }
    boolean shared = false;
    for (int j : problem.separation.exponents) {
      int owner = problem.separation.owner[j];
      boolean known = owner >= 0 && point.theta[owner] != 0;
      shared |= !known;
      times[j] = known ? best[index(owner)] / point.theta[owner] : 1;
    }
    for (int k = 0; k < columns; k++) {
      point.theta[problem.amplitudes[k]] = best[k];
    }
    problem.coordinates(point.theta, point.u);
    point.cost = sum;
    if (!shared) {
      rescale(point);
    }
    return shared;
  }

  /** What the rows say with the new amplitudes, where every exponent has one amplitude. */
  private void rescale(Point point) {
    int n = problem.size;
    for (int i = 0; i < point.residual.length; i++) {
      if (problem.weight[i] > 0) {
        double predicted = 0;
        for (int k = 0; k < columns; k++) {
          predicted += best[k] * point.jacobian[i * n + problem.amplitudes[k]];
        }
        for (int j : problem.separation.exponents) {
          point.jacobian[i * n + j] *= times[j];
        }
        point.predicted[i] = predicted;
        point.residual[i] = residual[i];
      }
    }
  }

  private int index(int amplitude) {
    int k = 0;
    while (problem.amplitudes[k] != amplitude) {
      k++;
    }
    return k;
  }

  private static double parabola(Objective objective, double residual) {
    return Math.abs(residual) > LocalModel.NO_RESIDUAL
        ? objective.slope(residual) / residual
        : objective.curvature(residual);
  }
}
