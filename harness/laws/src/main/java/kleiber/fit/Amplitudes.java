package kleiber.fit;

import kleiber.laws.LinearInAmplitudes;

/**
 * The best non-negative amplitudes of a law whose exponents are given: weighted least squares,
 * iterated with the weights of the objective's own parabolas, so a robust objective stays robust.
 */
final class Amplitudes {
  private static final int ITERATIONS = 5;
  private static final double SINGULAR = 1e-12;

  private final Problem problem;
  private final int[] amplitudes;

  Amplitudes(Problem problem, LinearInAmplitudes law) {
    this.problem = problem;
    this.amplitudes = law.amplitudes();
  }

  /** Writes the best amplitudes into {@code theta}, whose other entries are the exponents. */
  void solve(double[] theta) {
    int rows = problem.measured.length;
    int columns = amplitudes.length;
    double[][] basis = new double[rows][columns];
    double[] predicted = new double[rows];
    double[] gradient = new double[theta.length];
    for (int i = 0; i < rows; i++) {
      problem.law.gradient(problem.at[i], theta, gradient);
      for (int k = 0; k < columns; k++) {
        basis[i][k] = gradient[amplitudes[k]];
      }
      predicted[i] = problem.measured[i];
    }
    double[] best = new double[columns];
    for (int iteration = 0; iteration < ITERATIONS; iteration++) {
      best = nonNegative(basis, predicted);
      for (int i = 0; i < rows; i++) {
        predicted[i] = 0;
        for (int k = 0; k < columns; k++) {
          predicted[i] += best[k] * basis[i][k];
        }
      }
    }
    for (int k = 0; k < columns; k++) {
      var range = problem.law.parameters().get(amplitudes[k]);
      theta[amplitudes[k]] = Math.max(range.low(), Math.min(range.high(), best[k]));
    }
  }

  /**
   * One weighted non-negative least-squares problem; the active set by trying the few there are.
   */
  private double[] nonNegative(double[][] basis, double[] predicted) {
    int columns = amplitudes.length;
    double[][] normal = new double[columns][columns];
    double[] right = new double[columns];
    for (int i = 0; i < basis.length; i++) {
      double w = problem.weight[i];
      if (w > 0) {
        w *= problem.curvature(predicted[i], problem.measured[i]);
        for (int k = 0; k < columns; k++) {
          right[k] += w * basis[i][k] * problem.measured[i];
          for (int m = 0; m < columns; m++) {
            normal[k][m] += w * basis[i][k] * basis[i][m];
          }
        }
      }
    }
    double[] best = new double[columns];
    double bestGain = 0;
    for (int set = (1 << columns) - 1; set > 0; set--) {
      double[] x = solveSubset(normal, right, set);
      double gain = 0;
      boolean feasible = true;
      for (int k = 0; k < columns; k++) {
        gain += x[k] * right[k];
        feasible &= x[k] >= 0;
      }
      if (feasible && gain > bestGain) {
        best = x;
        bestGain = gain;
        if (set == (1 << columns) - 1) {
          break;
        }
      }
    }
    return best;
  }

  private static double[] solveSubset(double[][] normal, double[] right, int set) {
    int n = right.length;
    double[][] matrix = new double[n][n];
    double[] b = new double[n];
    for (int k = 0; k < n; k++) {
      if ((set >> k & 1) != 0) {
        b[k] = right[k];
        for (int m = 0; m < n; m++) {
          matrix[k][m] = (set >> m & 1) != 0 ? normal[k][m] : 0;
        }
      } else {
        matrix[k][k] = 1;
      }
    }
    return new Cholesky(matrix, SINGULAR).solve(b);
  }
}
