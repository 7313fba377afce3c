package kleiber.fit;

import java.util.Arrays;

/**
 * Least squares with coefficients that must not be negative, from normal equations of a few
 * columns; the active set by trying the few there are.
 */
final class NonNegative {
  private static final double SINGULAR = 1e-12;

  private final int n;

  /** Which coefficients may be negative after all. */
  private final boolean[] signed;

  private final Cholesky cholesky;
  private final double[][] matrix;
  private final double[] x;

  NonNegative(boolean[] signed) {
    this.signed = signed;
    n = signed.length;
    cholesky = new Cholesky(n);
    matrix = new double[n][n];
    x = new double[n];
  }

  /** For the amplitudes of a problem, which may be negative only where their range is. */
  static NonNegative amplitudesOf(Problem problem) {
    boolean[] signed = new boolean[problem.amplitudes.length];
    for (int k = 0; k < signed.length; k++) {
      signed[k] = problem.lowest(problem.amplitudes[k]) < 0;
    }
    return new NonNegative(signed);
  }

  /** Writes the best coefficients for the lower triangle {@code normal} and the right-hand side. */
  void solve(double[][] normal, double[] right, double[] best) {
    Arrays.fill(best, 0);
    double bestGain = 0;
    int all = (1 << n) - 1;
    for (int set = all; set > 0; set--) {
      double gain = solveSubset(normal, right, set);
      if (gain > bestGain) {
        System.arraycopy(x, 0, best, 0, n);
        bestGain = gain;
        if (set == all) {
          return;
        }
      }
    }
  }

  /** What the coefficients of a subset gain; negative where one of them has the wrong sign. */
  private double solveSubset(double[][] normal, double[] right, int set) {
    for (int k = 0; k < n; k++) {
      boolean mine = (set >> k & 1) != 0;
      x[k] = mine ? right[k] : 0;
      for (int m = 0; m < k; m++) {
        matrix[k][m] = mine && (set >> m & 1) != 0 ? normal[k][m] : 0;
      }
      matrix[k][k] = mine ? normal[k][k] : 1;
    }
    cholesky.factor(matrix, SINGULAR);
    cholesky.solve(x, x);
    double gain = 0;
    for (int k = 0; k < n; k++) {
      if (x[k] < 0 && !signed[k]) {
        return -1;
      }
      gain += x[k] * right[k];
    }
    return gain;
  }
}
