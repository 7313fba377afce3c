package kleiber.fit;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import kleiber.laws.Observation;

/**
 * Fits a law again and again to the same scales with other losses or weights: from the first fit
 * on, and from every other local optimum of the first losses that might have become the best. To a
 * small part of a standard error, and without a verdict. Serves any number of threads.
 */
final class Refitter {
  private static final int MOST_OTHERS = 2;

  /** An optimum that costs so many times the best does not become the best in a resample. */
  private static final double TOO_DEAR = 2;

  /** Optima whose losses differ by less than this share of a usual residual are one. */
  private static final double SAME = 0.1;

  private final Search search;
  private final double[] fitted;
  private final List<double[]> others;

  /**
   * @param fitted the parameters of the first fit
   */
  Refitter(Problem own, double[] fitted, List<Observation> observations) {
    search = Search.of(own);
    Problem problem = search.problem(own);
    this.fitted = search.of(fitted);
    double most = TOO_DEAR * problem.cost(this.fitted) + problem.negligibleCost();
    Newton newton = new Newton(problem);
    List<double[]> found = new ArrayList<>();
    Starts.of(own, search, observations).stream()
        .map(start -> newton.minimise(start, Newton.STATISTICAL))
        .filter(end -> problem.cost(end) <= most)
        .sorted(Comparator.comparingDouble(problem::cost))
        .forEach(
            end -> {
              if (differ(problem, end, this.fitted)
                  && found.stream().allMatch(other -> differ(problem, end, other))) {
                found.add(end);
              }
            });
    others = List.copyOf(found.subList(0, Math.min(MOST_OTHERS, found.size())));
  }

  /** Whether two optima say different losses of the rows. */
  private static boolean differ(Problem problem, double[] one, double[] other) {
    double[] gradient = new double[problem.size];
    double differences = 0;
    double residuals = 0;
    for (int i = 0; i < problem.at.length; i++) {
      double first = problem.residual(i, problem.rows.gradient(i, one, gradient));
      double second = problem.residual(i, problem.rows.gradient(i, other, gradient));
      differences += Math.abs(first - second);
      residuals += Math.abs(second);
    }
    return differences > SAME * residuals;
  }

  /** The best parameters for a problem of the same scales. */
  double[] refit(Problem own) {
    Problem problem = search.problem(own);
    Newton newton = new Newton(problem);
    double[] best = newton.minimise(fitted, Newton.STATISTICAL);
    double cost = problem.cost(best);
    for (double[] other : others) {
      double[] end = newton.minimise(other, Newton.STATISTICAL);
      double endCost = problem.cost(end);
      if (endCost < cost) {
        best = end;
        cost = endCost;
      }
    }
    return search.theta(best);
  }
}
