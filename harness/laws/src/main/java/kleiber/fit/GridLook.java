package kleiber.fit;

/**
 * The losses and weights of one fit, seen from a grid of exponents: best amplitudes and about what
 * the objective is there, to first order in the residuals.
 */
final class GridLook {
  private final Objective objective;
  private final int[][] stride;
  private final int columns;

  /** Basis functions times what makes a difference of losses a weighted residual. */
  private final double[][][] scaled;

  private final double[][] right;
  private final double[] target;
  private final double[] weight;
  private final double[] root;
  private final double[] difference;

  /** By pair of amplitudes: inner products by place, and how far a place moves along each axis. */
  private final double[][][] products;

  private final int[][][] productStride;
  private final double[][] normal;
  private final double[] rightHere;
  private final NonNegative nonNegative;

  GridLook(Problem problem, int[] rows, double[][][] basis, int[][] stride, int perAxis) {
    objective = problem.sharpest();
    this.stride = stride;
    columns = basis.length;
    target = new double[rows.length];
    weight = new double[rows.length];
    root = new double[rows.length];
    difference = new double[rows.length];
    double[] unit = new double[rows.length];
    for (int i = 0; i < rows.length; i++) {
      weight[i] = problem.weight[rows[i]];
      root[i] = Math.sqrt(weight[i]);
      unit[i] = root[i] * problem.residualByLoss(rows[i], problem.measured[rows[i]]);
      target[i] = unit[i] * problem.measured[rows[i]];
    }
    scaled = new double[columns][][];
    right = new double[columns][];
    for (int k = 0; k < columns; k++) {
      scaled[k] = new double[basis[k].length][rows.length];
      right[k] = new double[basis[k].length];
      for (int place = 0; place < basis[k].length; place++) {
        for (int i = 0; i < rows.length; i++) {
          scaled[k][place][i] = basis[k][place][i] * unit[i];
        }
        right[k][place] = dot(scaled[k][place], target);
      }
    }
    products = new double[columns][columns][];
    productStride = new int[columns][columns][];
    for (int k = 0; k < columns; k++) {
      for (int m = 0; m <= k; m++) {
        multiply(k, m, perAxis);
      }
    }
    normal = new double[columns][columns];
    rightHere = new double[columns];
    nonNegative = NonNegative.amplitudesOf(problem);
  }

  /** All inner products of two columns, along the axes that either depends on. */
  private void multiply(int k, int m, int perAxis) {
    int axes = stride[k].length;
    int[] steps = new int[axes];
    int size = 1;
    for (int axis = 0; axis < axes; axis++) {
      if (stride[k][axis] > 0 || stride[m][axis] > 0) {
        steps[axis] = size;
        size *= perAxis;
      }
    }
    double[] table = new double[size];
    for (int place = 0; place < size; place++) {
      int first = 0;
      int second = 0;
      for (int axis = 0; axis < axes; axis++) {
        int along = steps[axis] > 0 ? place / steps[axis] % perAxis : 0;
        first += along * stride[k][axis];
        second += along * stride[m][axis];
      }
      table[place] = dot(scaled[k][first], scaled[m][second]);
    }
    products[k][m] = table;
    productStride[k][m] = steps;
  }

  /** Writes the best amplitudes at a cell, and returns about what the objective is there. */
  double solve(int[] cell, double[] amplitudes) {
    for (int k = 0; k < columns; k++) {
      rightHere[k] = right[k][place(cell, stride[k])];
      for (int m = 0; m <= k; m++) {
        normal[k][m] = products[k][m][place(cell, productStride[k][m])];
      }
    }
    nonNegative.solve(normal, rightHere, amplitudes);
    for (int i = 0; i < target.length; i++) {
      difference[i] = -target[i];
    }
    for (int k = 0; k < columns; k++) {
      double[] column = scaled[k][place(cell, stride[k])];
      double amplitude = amplitudes[k];
      for (int i = 0; i < target.length; i++) {
        difference[i] += amplitude * column[i];
      }
    }
    double sum = 0;
    for (int i = 0; i < target.length; i++) {
      if (weight[i] > 0) {
        sum += weight[i] * objective.cost(difference[i] / root[i]);
      }
    }
    return sum;
  }

  private static int place(int[] cell, int[] stride) {
    int place = 0;
    for (int axis = 0; axis < cell.length; axis++) {
      place += cell[axis] * stride[axis];
    }
    return place;
  }

  private static double dot(double[] a, double[] b) {
    double even = 0;
    double odd = 0;
    int i = 0;
    for (; i + 1 < a.length; i += 2) {
      even += a[i] * b[i];
      odd += a[i + 1] * b[i + 1];
    }
    return i < a.length ? even + odd + a[i] * b[i] : even + odd;
  }
}
