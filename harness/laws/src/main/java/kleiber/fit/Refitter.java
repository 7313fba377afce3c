package kleiber.fit;

import java.util.List;

/**
 * Fits a law again and again to the same scales with other losses or weights: from the first fit
 * on, and from every other basin that a coarse grid shows. To a small part of a standard error, and
 * without a verdict. Serves any number of threads.
 */
final class Refitter {
  private static final int CELLS = 49;
  private static final int OTHER_BASINS = 2;

  private final double[] fitted;
  private final ExponentGrid grid;
  private final List<Start> scattered;

  /**
   * @param fitted the parameters of the first fit
   */
  Refitter(Problem problem, double[] fitted) {
    this.fitted = fitted;
    boolean linear = problem.amplitudes.length > 0;
    grid = linear ? new ExponentGrid(problem, CELLS) : null;
    scattered = linear ? List.of() : Starts.scattered(problem, OTHER_BASINS);
  }

  /** The best parameters for a problem of the same scales. */
  double[] refit(Problem problem) {
    Newton newton = new Newton(problem);
    double[] best = newton.minimise(fitted, Newton.STATISTICAL);
    double cost = problem.cost(best);
    List<Start> others = grid == null ? scattered : grid.otherBasins(problem, best, OTHER_BASINS);
    for (Start other : others) {
      double[] end = newton.minimise(other.theta(), Newton.STATISTICAL);
      double endCost = problem.cost(end);
      if (endCost < cost) {
        best = end;
        cost = endCost;
      }
    }
    return best;
  }
}
