package kleiber.fit;

import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * Derivatives of a problem's cost by u at a point. The second derivatives of the law come from
 * differences of its gradient; of a law that is linear in amplitudes those by its exponents say
 * them all.
 */
final class LocalModel {
  private static final double STEP = 1e-7;

  /** Residual below which an objective's slope is taken to be its curvature times the residual. */
  static final double NO_RESIDUAL = 1e-12;

  final double[] gradient;

  /** Second derivatives of the cost. */
  final double[][] hessian;

  /**
   * The same with each row's cost replaced by the parabola through zero that has its slope
   * (iterated reweighting): never negative, and about as steep as the cost will get.
   */
  final double[][] metric;

  private final Problem problem;
  private final boolean[] amplitude;

  /** Lower triangles of what becomes {@link #hessian} and {@link #metric}, row after row. */
  private final double[] own;

  private final double[] reweighted;
  private final int[][] groups;
  private final double[] slope;
  private final double[] row;
  private final double[] shifted;
  private final double[] byTheta;
  private final double[] change;

  LocalModel(Problem problem) {
    this.problem = problem;
    int n = problem.size;
    gradient = new double[n];
    hessian = new double[n][n];
    metric = new double[n][n];
    own = new double[n * (n + 1) / 2];
    reweighted = new double[n * (n + 1) / 2];
    slope = new double[problem.at.length];
    row = new double[n];
    shifted = new double[n];
    byTheta = new double[n];
    change = new double[n];
    amplitude = new boolean[n];
    for (int k : problem.amplitudes) {
      amplitude[k] = true;
    }
    groups =
        problem.separation != null
            ? problem.separation.groups
            : IntStream.range(0, n).mapToObj(j -> new int[] {j}).toArray(int[][]::new);
  }

  /** Derivatives of the objective at a point. */
  void at(Point point, Objective objective) {
    int n = gradient.length;
    Arrays.fill(gradient, 0);
    Arrays.fill(own, 0);
    Arrays.fill(reweighted, 0);
    for (int i = 0; i < slope.length; i++) {
      if (problem.weight[i] > 0) {
        addRow(i, point, objective);
      }
    }
    for (int j = 0, e = 0; j < n; j++) {
      for (int k = 0; k <= j; k++, e++) {
        hessian[j][k] = own[e];
        hessian[k][j] = own[e];
        metric[j][k] = reweighted[e];
        metric[k][j] = reweighted[e];
      }
    }
    System.arraycopy(gradient, 0, byTheta, 0, n);
    for (int[] group : groups) {
      addCurvatureOfLaw(group, point.theta);
    }
    toCoordinates(point.theta);
  }

  private void addRow(int i, Point point, Objective objective) {
    int n = gradient.length;
    double residual = point.residual[i];
    double first = problem.residualByLoss(i, point.predicted[i]);
    double s = objective.slope(residual);
    double c = objective.curvature(residual);
    double w = problem.weight[i];
    double bySquare = w * first * first;
    double parabola = Math.abs(residual) > NO_RESIDUAL ? s / residual : c;
    double here = bySquare * c + w * s * problem.residualByLossTwice(point.predicted[i]);
    double around = bySquare * parabola;
    slope[i] = w * s * first;
    System.arraycopy(point.jacobian, i * n, row, 0, n);
    for (int j = 0, e = 0; j < n; j++) {
      double d = row[j];
      gradient[j] += slope[i] * d;
      double hereD = here * d;
      double aroundD = around * d;
      for (int k = 0; k <= j; k++, e++) {
        own[e] += hereD * row[k];
        reweighted[e] += aroundD * row[k];
      }
    }
  }

  /**
   * Adds the sum over rows of slope times the law's second derivatives by the exponents of a group
   * and all.
   */
  private void addCurvatureOfLaw(int[] group, double[] theta) {
    int n = gradient.length;
    System.arraycopy(theta, 0, shifted, 0, n);
    for (int j : group) {
      shifted[j] = theta[j] + STEP * Math.max(Math.abs(theta[j]), STEP);
    }
    Arrays.fill(change, 0);
    for (int i = 0; i < slope.length; i++) {
      if (problem.weight[i] > 0) {
        problem.rows.gradient(i, shifted, row);
        for (int k = 0; k < n; k++) {
          change[k] += slope[i] * row[k];
        }
      }
    }
    for (int j : group) {
      double step = shifted[j] - theta[j];
      for (int k = 0; k < n; k++) {
        if (group.length == 1 || problem.separation.owner[k] == problem.separation.owner[j]) {
          double second = (change[k] - byTheta[k]) / step;
          double share = amplitude[k] ? second : second / 2;
          hessian[j][k] += share;
          hessian[k][j] += share;
        }
      }
    }
  }

  private void toCoordinates(double[] theta) {
    int n = gradient.length;
    for (int j = 0; j < n; j++) {
      double dj = problem.thetaByCoordinate(j, theta);
      gradient[j] *= dj;
      for (int k = 0; k < n; k++) {
        double scale = dj * problem.thetaByCoordinate(k, theta);
        hessian[j][k] *= scale;
        metric[j][k] *= scale;
      }
      if (problem.logarithmic(j)) {
        hessian[j][j] += gradient[j];
      }
    }
  }
}
