package kleiber.fit;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import kleiber.laws.Observation;
import kleiber.laws.SelfStarting;
import org.apache.commons.math3.random.HaltonSequenceGenerator;

/** Where a search begins. */
final class Starts {
  private static final int CELLS = 100;
  private static final int LEAST = 2;
  private static final int BASINS = 4;
  private static final int SCATTERED = 2000;
  private static final int BEST_SCATTERED = 8;

  private Starts() {}

  /**
   * What the law itself knows of the rows; the basins of a grid of exponents, where it is linear in
   * its amplitudes; where there is neither, the best of many points. In the constants of a search.
   */
  static List<double[]> of(Problem own, Search search, List<Observation> observations) {
    Problem problem = search.problem(own);
    List<double[]> starts = new ArrayList<>();
    if (own.law instanceof SelfStarting known) {
      known.starts(observations).forEach(start -> starts.add(search.of(start)));
    }
    if (problem.amplitudes.length > 0) {
      new ExponentGrid(problem, CELLS)
          .starts(problem, LEAST, BASINS)
          .forEach(start -> starts.add(start.theta()));
    } else if (starts.isEmpty()) {
      starts.addAll(scattered(problem));
    }
    return starts;
  }

  /** The best of many points of a Halton sequence in u, spread evenly over the ranges. */
  private static List<double[]> scattered(Problem problem) {
    HaltonSequenceGenerator halton = new HaltonSequenceGenerator(problem.size);
    List<Start> starts = new ArrayList<>(SCATTERED);
    for (int point = 0; point < SCATTERED; point++) {
      double[] u = halton.nextVector();
      for (int j = 0; j < u.length; j++) {
        u[j] = problem.low(j) + u[j] * (problem.high(j) - problem.low(j));
      }
      double[] theta = problem.theta(u);
      double cost = problem.cost(theta);
      if (Double.isFinite(cost)) {
        starts.add(new Start(theta, cost, null, false));
      }
    }
    return starts.stream()
        .sorted(Comparator.comparingDouble(Start::cost))
        .limit(BEST_SCATTERED)
        .map(Start::theta)
        .toList();
  }
}
