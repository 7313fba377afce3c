package kleiber.estimate;

import java.util.function.DoubleUnaryOperator;

/**
 * The lowest point of a curve: the best cell of a grid, then golden sections about it, which find a
 * valley's floor to where halving no longer tells.
 *
 * @param cells of the grid; wide valleys need few
 * @param sections each leaves .618 of the width
 */
public record GoldenSection(int cells, int sections) {
  private static final double GOLDEN = (Math.sqrt(5) - 1) / 2;

  /**
   * Where a curve is lowest between two ends.
   *
   * @param curve may be infinite in places
   * @return NaN where it is infinite in every cell
   */
  public double lowest(DoubleUnaryOperator curve, double low, double high) {
    double width = (high - low) / cells;
    double best = Double.NaN;
    double least = Double.POSITIVE_INFINITY;
    for (int cell = 0; cell <= cells; cell++) {
      double found = curve.applyAsDouble(low + cell * width);
      if (found < least) {
        best = low + cell * width;
        least = found;
      }
    }
    double left = Math.max(low, best - width);
    double right = Math.min(high, best + width);
    for (int section = 0; section < sections; section++) {
      double x = right - GOLDEN * (right - left);
      double y = left + GOLDEN * (right - left);
      if (curve.applyAsDouble(x) <= curve.applyAsDouble(y)) {
        right = y;
      } else {
        left = x;
      }
    }
    double middle = (left + right) / 2;
    return curve.applyAsDouble(middle) <= least ? middle : best;
  }
}
