package kleiber.estimate;

import java.util.Arrays;
import java.util.Optional;
import org.apache.commons.math3.linear.Array2DRowRealMatrix;
import org.apache.commons.math3.linear.DecompositionSolver;
import org.apache.commons.math3.linear.LUDecomposition;
import org.apache.commons.math3.linear.MatrixUtils;

/**
 * Weighted linear least squares. Columns should be centred by the caller where they can be.
 *
 * @param coefficients one for each column
 * @param inverse of the weighted normal matrix: times {@code variance} the covariance
 * @param variance of a row of weight one; 0 when no degree of freedom is left
 * @param degreesOfFreedom rows less columns
 * @param residuals measured − predicted
 */
record Regression(
    double[] coefficients,
    double[][] inverse,
    double variance,
    int degreesOfFreedom,
    double[] residuals) {
  /** Pivot, on a unit diagonal, below which columns cannot be told apart. */
  private static final double SINGULAR = 1e-11;

  /** Empty when the rows do not determine the coefficients. */
  static Optional<Regression> of(double[][] rows, double[] y, double[] weights) {
    int columns = rows.length == 0 ? 0 : rows[0].length;
    if (columns == 0 || rows.length < columns) {
      return Optional.empty();
    }
    double[][] normal = new double[columns][columns];
    double[] right = new double[columns];
    for (int i = 0; i < rows.length; i++) {
      for (int j = 0; j < columns; j++) {
        double weighted = weights[i] * rows[i][j];
        right[j] += weighted * y[i];
        for (int k = 0; k < columns; k++) {
          normal[j][k] += weighted * rows[i][k];
        }
      }
    }
    double[] unit = new double[columns];
    for (int j = 0; j < columns; j++) {
      if (!(normal[j][j] > 0)) {
        return Optional.empty();
      }
      unit[j] = 1 / Math.sqrt(normal[j][j]);
    }
    for (int j = 0; j < columns; j++) {
      right[j] *= unit[j];
      for (int k = 0; k < columns; k++) {
        normal[j][k] *= unit[j] * unit[k];
      }
    }
    DecompositionSolver solver =
        new LUDecomposition(new Array2DRowRealMatrix(normal, false), SINGULAR).getSolver();
    if (!solver.isNonSingular()) {
      return Optional.empty();
    }
    double[] coefficients = solver.solve(MatrixUtils.createRealVector(right)).toArray();
    double[][] inverse = solver.getInverse().getData();
    for (int j = 0; j < columns; j++) {
      coefficients[j] *= unit[j];
      for (int k = 0; k < columns; k++) {
        inverse[j][k] *= unit[j] * unit[k];
      }
    }
    double[] residuals = new double[rows.length];
    double squares = 0;
    for (int i = 0; i < rows.length; i++) {
      residuals[i] = y[i];
      for (int j = 0; j < columns; j++) {
        residuals[i] -= coefficients[j] * rows[i][j];
      }
      squares += weights[i] * residuals[i] * residuals[i];
    }
    int degreesOfFreedom = rows.length - columns;
    double variance = degreesOfFreedom > 0 ? squares / degreesOfFreedom : 0;
    return Optional.of(
        new Regression(coefficients, inverse, variance, degreesOfFreedom, residuals));
  }

  static double[] equal(int rows) {
    double[] weights = new double[rows];
    Arrays.fill(weights, 1);
    return weights;
  }
}
