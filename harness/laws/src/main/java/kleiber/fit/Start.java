package kleiber.fit;

/**
 * Where a solver may begin.
 *
 * @param cost about what the objective is there
 * @param cell where it lies on a grid of exponents; null where there was no grid
 * @param basin whether no neighbour on the grid is lower
 */
record Start(double[] theta, double cost, int[] cell, boolean basin) {
  boolean neighbours(int[] other) {
    if (cell == null) {
      return false;
    }
    for (int axis = 0; axis < cell.length; axis++) {
      if (Math.abs(cell[axis] - other[axis]) > 1) {
        return false;
      }
    }
    return true;
  }
}
