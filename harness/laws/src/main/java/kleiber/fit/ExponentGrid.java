package kleiber.fit;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * A coarse look at all exponents of a law that is linear in its amplitudes: at every combination of
 * exponents the amplitudes are solved for (variable projection, Golub and Pereyra 1973). The basis
 * functions depend on scales and exponents alone, so one grid serves every fit to the same scales,
 * whatever its losses and weights; a function of one exponent is tabulated along that axis only.
 */
final class ExponentGrid {
  /** Rows looked at: enough to tell where basins are. */
  private static final int MOST_ROWS = 128;

  /** Multiples of it, less their whole part, fall evenly and follow no order that rows may have. */
  private static final double GOLDEN = (Math.sqrt(5) - 1) / 2;

  final int cells;
  private final Problem problem;
  private final int[] rows;
  private final int[] exponents;
  private final int perAxis;

  /** By amplitude and axis: how far the table moves along the axis; zero where it does not. */
  private final int[][] stride;

  /** By amplitude, place in its table, and row. */
  private final double[][][] basis;

  /**
   * @param cells about how many combinations of exponents to look at
   */
  ExponentGrid(Problem problem, int cells) {
    this.problem = problem;
    int count = problem.at.length;
    rows =
        count <= MOST_ROWS
            ? IntStream.range(0, count).toArray()
            : IntStream.range(0, MOST_ROWS)
                .map(i -> (int) (count * (i * GOLDEN % 1)))
                .distinct()
                .sorted()
                .toArray();
    exponents = problem.separation.exponents;
    int axes = exponents.length;
    perAxis = axes == 0 ? 1 : Math.max(3, (int) Math.round(Math.pow(cells, 1.0 / axes)));
    this.cells = (int) Math.pow(perAxis, axes);
    stride = new int[problem.amplitudes.length][];
    basis = new double[problem.amplitudes.length][][];
    for (int k = 0; k < basis.length; k++) {
      stride[k] = strides(problem.separation.depends[k]);
      basis[k] = tabulate(k);
    }
  }

  /**
   * Where to begin: in every basin, and in the best cells that are no neighbours of those taken.
   *
   * @param problem of the same scales
   * @param least how many starts there should be at least
   * @param most how many basins to begin in at most
   */
  List<Start> starts(Problem problem, int least, int most) {
    List<Start> all = look(problem);
    all.sort(Comparator.comparing(Start::basin).reversed().thenComparingDouble(Start::cost));
    List<Start> kept = new ArrayList<>();
    for (Start start : all) {
      if (kept.size() < (start.basin() ? most : least)
          && kept.stream().noneMatch(other -> start.neighbours(other.cell()))) {
        kept.add(start);
      }
    }
    return kept;
  }

  private List<Start> look(Problem problem) {
    GridLook look = new GridLook(problem, rows, basis, stride, perAxis);
    int axes = exponents.length;
    double[][] amplitudes = new double[cells][basis.length];
    double[] cost = new double[cells];
    int[] cell = new int[axes];
    for (int index = 0; index < cells; index++) {
      cost[index] = look.solve(cell(index, cell), amplitudes[index]);
    }
    List<Start> starts = new ArrayList<>(cells);
    for (int index = 0; index < cells; index++) {
      if (Double.isFinite(cost[index])) {
        int[] its = cell(index, new int[axes]);
        starts.add(
            new Start(theta(its, amplitudes[index]), cost[index], its, basin(its, index, cost)));
      }
    }
    return starts;
  }

  private boolean basin(int[] cell, int index, double[] cost) {
    int step = 1;
    for (int axis = 0; axis < cell.length; axis++) {
      if (cell[axis] > 0 && cost[index - step] < cost[index]
          || cell[axis] < perAxis - 1 && cost[index + step] < cost[index]) {
        return false;
      }
      step *= perAxis;
    }
    return true;
  }

  private int[] cell(int index, int[] cell) {
    int rest = index;
    for (int axis = 0; axis < cell.length; axis++) {
      cell[axis] = rest % perAxis;
      rest /= perAxis;
    }
    return cell;
  }

  private double[] theta(int[] cell, double[] amplitudes) {
    double[] theta = theta(cell);
    for (int k = 0; k < amplitudes.length; k++) {
      int j = problem.amplitudes[k];
      theta[j] = Math.max(problem.lowest(j), Math.min(problem.highest(j), amplitudes[k]));
    }
    return theta;
  }

  /** The exponents in the middle of a cell; amplitudes one. */
  private double[] theta(int[] cell) {
    double[] u = new double[problem.size];
    for (int axis = 0; axis < cell.length; axis++) {
      int j = exponents[axis];
      double share = (cell[axis] + 0.5) / perAxis;
      u[j] = problem.low(j) + share * (problem.high(j) - problem.low(j));
    }
    double[] theta = problem.theta(u);
    for (int k : problem.amplitudes) {
      theta[k] = 1;
    }
    return theta;
  }

  private int[] strides(boolean[] depends) {
    int[] strides = new int[depends.length];
    int size = 1;
    for (int axis = 0; axis < depends.length; axis++) {
      if (depends[axis]) {
        strides[axis] = size;
        size *= perAxis;
      }
    }
    return strides;
  }

  private double[][] tabulate(int k) {
    int size = 1;
    for (int step : stride[k]) {
      size *= step > 0 ? perAxis : 1;
    }
    double[][] table = new double[size][rows.length];
    int[] cell = new int[exponents.length];
    double[] gradient = new double[problem.size];
    for (int place = 0; place < size; place++) {
      for (int axis = 0; axis < cell.length; axis++) {
        cell[axis] = stride[k][axis] > 0 ? place / stride[k][axis] % perAxis : 0;
      }
      double[] theta = theta(cell);
      for (int i = 0; i < rows.length; i++) {
        problem.rows.gradient(rows[i], theta, gradient);
        table[place][i] = gradient[problem.amplitudes[k]];
      }
    }
    return table;
  }
}
