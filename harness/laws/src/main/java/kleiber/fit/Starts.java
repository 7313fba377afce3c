package kleiber.fit;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.apache.commons.math3.random.HaltonSequenceGenerator;

/** Where to begin with a law of which nothing is known: points spread evenly over its ranges. */
final class Starts {
  private static final int SCATTERED = 2000;

  private Starts() {}

  /** The best of many points of a Halton sequence in u. */
  static List<Start> scattered(Problem problem, int count) {
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
    starts.sort(Comparator.comparingDouble(Start::cost));
    return List.copyOf(starts.subList(0, Math.min(count, starts.size())));
  }
}
