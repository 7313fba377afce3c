package kleiber.fit;

/**
 * What the residuals of a fit say about its parameters, to first order: the Gauss–Newton matrix of
 * the residuals in u, and their variance.
 *
 * @param matrix sum over rows of the outer product of a residual's derivatives by u
 * @param variance of the residuals: their squares by their number less that of parameters
 */
record Information(double[][] matrix, double variance) {
  private static final double SINGULAR = 1e-16;

  static Information of(Problem problem, double[] theta) {
    int n = problem.size;
    double[] row = new double[n];
    double[][] matrix = new double[n][n];
    double squares = 0;
    double rows = 0;
    for (int i = 0; i < problem.at.length; i++) {
      if (problem.weight[i] > 0) {
        double predicted = problem.rows.gradient(i, theta, row);
        double byLoss = problem.residualByLoss(i, predicted);
        double residual = problem.residual(i, predicted);
        squares += problem.weight[i] * residual * residual;
        rows += problem.weight[i];
        for (int j = 0; j < n; j++) {
          row[j] *= byLoss * problem.thetaByCoordinate(j, theta);
          for (int k = 0; k <= j; k++) {
            matrix[j][k] += problem.weight[i] * row[j] * row[k];
            matrix[k][j] = matrix[j][k];
          }
        }
      }
    }
    return new Information(matrix, squares / Math.max(1, rows - n));
  }

  /** Standard errors of u. */
  double[] standardErrors() {
    double[][] inverse = new Cholesky(matrix, SINGULAR).inverse();
    double[] errors = new double[matrix.length];
    for (int j = 0; j < errors.length; j++) {
      errors[j] = Math.sqrt(variance * inverse[j][j]);
    }
    return errors;
  }
}
