package kleiber.laws;

/**
 * Ordinary least squares on a few columns, for the estimates that fits begin with.
 *
 * @param coefficients one for each column; NaN when the columns depend on one another
 * @param squares sum of squared residuals
 */
record LinearFit(double[] coefficients, double squares) {
  private static final double SINGULAR = 1e-13;

  /**
   * Coefficients of y ≈ x c.
   *
   * @param x rows by columns
   */
  static LinearFit of(double[][] x, double[] y) {
    return weighted(x, y, false);
  }

  /** The same, with residuals counted as shares of y, which must not be zero. */
  static LinearFit relative(double[][] x, double[] y) {
    return weighted(x, y, true);
  }

  /** Intercept and slope of y over x. */
  static LinearFit line(double[] x, double[] y) {
    double[][] columns = new double[x.length][];
    for (int i = 0; i < x.length; i++) {
      columns[i] = new double[] {1, x[i]};
    }
    return of(columns, y);
  }

  private static LinearFit weighted(double[][] x, double[] y, boolean relative) {
    int n = x[0].length;
    double[] norm = new double[n];
    double[][] normal = new double[n][n + 1];
    for (int i = 0; i < y.length; i++) {
      double weight = relative ? 1 / (y[i] * y[i]) : 1;
      for (int j = 0; j < n; j++) {
        norm[j] += weight * x[i][j] * x[i][j];
        normal[j][n] += weight * x[i][j] * y[i];
        for (int k = 0; k < n; k++) {
          normal[j][k] += weight * x[i][j] * x[i][k];
        }
      }
    }
    for (int j = 0; j < n; j++) {
      norm[j] = Math.sqrt(norm[j]);
    }
    for (int j = 0; j < n; j++) {
      normal[j][n] /= norm[j];
      for (int k = 0; k < n; k++) {
        normal[j][k] /= norm[j] * norm[k];
      }
    }
    double[] c = eliminate(normal);
    for (int j = 0; j < n; j++) {
      c[j] /= norm[j];
    }
    double squares = 0;
    for (int i = 0; i < y.length; i++) {
      double residual = y[i];
      for (int j = 0; j < n; j++) {
        residual -= x[i][j] * c[j];
      }
      residual /= relative ? y[i] : 1;
      squares += residual * residual;
    }
    return new LinearFit(c, squares);
  }

  /** Gauss's elimination of a symmetric matrix with ones on its diagonal and a right side. */
  private static double[] eliminate(double[][] a) {
    int n = a.length;
    double[] c = new double[n];
    for (int j = 0; j < n; j++) {
      if (!(a[j][j] > SINGULAR)) {
        c[j] = Double.NaN; // spreads to all that depend on it, and to the residuals
      }
      for (int k = j + 1; k < n; k++) {
        double factor = a[k][j] / a[j][j];
        for (int m = j; m <= n; m++) {
          a[k][m] -= factor * a[j][m];
        }
      }
    }
    for (int j = n - 1; j >= 0; j--) {
      double rest = a[j][n] + c[j];
      for (int k = j + 1; k < n; k++) {
        rest -= a[j][k] * c[k];
      }
      c[j] = rest / a[j][j];
    }
    return c;
  }
}
