package kleiber.fit;

/**
 * Solves small symmetric systems that may be nearly singular: a matrix is brought to unit diagonal
 * and every pivot is kept above {@code floor}, so a direction that the data say nothing about gets
 * a long step and not an infinite one.
 */
final class Cholesky {
  private final double[] scale;
  private final double[][] l;

  Cholesky(double[][] matrix, double floor) {
    int n = matrix.length;
    scale = new double[n];
    l = new double[n][n];
    for (int i = 0; i < n; i++) {
      scale[i] = matrix[i][i] > 0 ? 1 / Math.sqrt(matrix[i][i]) : 1;
    }
    for (int i = 0; i < n; i++) {
      for (int j = 0; j <= i; j++) {
        double sum = matrix[i][j] * scale[i] * scale[j];
        for (int k = 0; k < j; k++) {
          sum -= l[i][k] * l[j][k];
        }
        l[i][j] = i == j ? Math.sqrt(Math.max(sum, floor)) : sum / l[j][j];
      }
    }
  }

  /** x with matrix · x = b. */
  double[] solve(double[] b) {
    int n = b.length;
    double[] x = new double[n];
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
    return x;
  }

  double[][] inverse() {
    int n = scale.length;
    double[][] inverse = new double[n][];
    for (int i = 0; i < n; i++) {
      double[] unit = new double[n];
      unit[i] = 1;
      inverse[i] = solve(unit);
    }
    return inverse;
  }
}
