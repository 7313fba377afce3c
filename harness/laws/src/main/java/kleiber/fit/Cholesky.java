package kleiber.fit;

/**
 * Solves small symmetric systems that may be nearly singular: a matrix is brought to unit diagonal
 * and every pivot is kept above a floor, so a direction that the data say nothing about gets a long
 * step and not an infinite one. Can be used again for matrices of the same size.
 */
final class Cholesky {
  private final int n;
  private final double[] scale;
  private final double[][] l;

  Cholesky(int n) {
    this.n = n;
    scale = new double[n];
    l = new double[n][n];
  }

  Cholesky(double[][] matrix, double floor) {
    this(matrix.length);
    factor(matrix, floor);
  }

  /**
   * @return whether the matrix is positive definite, with every pivot above the floor by itself
   */
  boolean factor(double[][] matrix, double floor) {
    boolean definite = true;
    for (int i = 0; i < n; i++) {
      definite &= matrix[i][i] > 0;
      scale[i] = matrix[i][i] > 0 ? 1 / Math.sqrt(matrix[i][i]) : 1;
    }
    for (int i = 0; i < n; i++) {
      for (int j = 0; j <= i; j++) {
        double sum = matrix[i][j] * scale[i] * scale[j];
        for (int k = 0; k < j; k++) {
          sum -= l[i][k] * l[j][k];
        }
        if (i == j) {
          definite &= sum > floor;
          l[i][j] = Math.sqrt(Math.max(sum, floor));
        } else {
          l[i][j] = sum / l[j][j];
        }
      }
    }
    return definite;
  }

  /** x with matrix · x = b. */
  double[] solve(double[] b) {
    double[] x = new double[n];
    solve(b, x);
    return x;
  }

  /** Writes x with matrix · x = b, which may be one array. */
  void solve(double[] b, double[] x) {
    for (int i = 0; i < n; i++) {
      double sum = b[i] * scale[i];
      for (int k = 0; k < i; k++) {
        sum -= l[i][k] * x[k];
      }
      x[i] = sum / l[i][i];
    }
    for (int i = n - 1; i >= 0; i--) {
      double sum = x[i];
      for (int k = i + 1; k < n; k++) {
        sum -= l[k][i] * x[k];
      }
      x[i] = sum / l[i][i];
    }
    for (int i = 0; i < n; i++) {
      x[i] *= scale[i];
    }
  }

  double[][] inverse() {
    double[][] inverse = new double[n][];
    for (int i = 0; i < n; i++) {
      double[] unit = new double[n];
      unit[i] = 1;
      inverse[i] = solve(unit);
    }
    return inverse;
  }
}
