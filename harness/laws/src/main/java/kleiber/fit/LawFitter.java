package kleiber.fit;

import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import kleiber.laws.Law;
import kleiber.laws.Observation;

/**
 * Fits a law to observations: looks over the whole range of its parameters, follows the most
 * promising starts down, and keeps the best. Equal input gives equal output, bit by bit.
 *
 * @param objective what is minimised
 */
public record LawFitter(Objective objective) {
  private static final double AGREEMENT = 1e-6;

  public LawFitter {
    Objects.requireNonNull(objective, "objective");
  }

  /**
   * The parameters that minimise the objective within their ranges.
   *
   * @throws IllegalArgumentException when there are no observations, when one of them cannot be
   *     fitted (a loss that is not positive and finite, a scale that is not), or when they come
   *     from more than one held-out set
   */
  public FittedLaw fit(Law law, List<Observation> observations) {
    Observations.check(law, observations);
    Observations.check(objective, observations);
    Problem problem = new Problem(law, objective, observations);
    Search search = Search.of(problem);
    return fit(problem, search, Starts.of(problem, search, observations));
  }

  private FittedLaw fit(Problem own, Search search, List<double[]> starts) {
    Law law = own.law;
    Problem problem = search.problem(own);
    Newton newton = new Newton(problem);
    double[][] ends =
        starts.stream()
            .map(start -> newton.minimise(start, Newton.STATISTICAL))
            .toArray(double[][]::new);
    double[] costs = Arrays.stream(ends).mapToDouble(problem::cost).toArray();
    if (Arrays.stream(costs).noneMatch(Double::isFinite)) {
      return new FittedLaw(
          law,
          objective,
          law.parameters().stream().mapToDouble(parameter -> Double.NaN).toArray(),
          Double.POSITIVE_INFINITY,
          problem.measured.length,
          starts.size(),
          0,
          Outcome.FAILED,
          "No start led to a finite optimum of " + law.formula() + ".");
    }
    int best = lowest(costs);
    polish(newton, problem, ends, costs, best);
    double enough = close(problem, costs[best]);
    for (int end = 0; end < ends.length; end++) {
      if (costs[end] > enough) { // it may only have stopped short on its way down a flat valley
        polish(newton, problem, ends, costs, end);
      }
    }
    best = lowest(costs);
    double close = close(problem, costs[best]);
    int agreed = (int) Arrays.stream(costs).filter(its -> its <= close).count();
    double[] theta = search.theta(ends[best]);
    Identification known = Identification.of(problem, ends[best]);
    return new FittedLaw(
        law,
        objective,
        theta,
        own.cost(theta),
        problem.measured.length,
        starts.size(),
        agreed,
        known.outcome(),
        known.sentence());
  }

  private static void polish(
      Newton newton, Problem problem, double[][] ends, double[] costs, int end) {
    double[] polished = newton.polish(ends[end]);
    double cost = problem.cost(polished);
    if (cost < costs[end]) {
      ends[end] = polished;
      costs[end] = cost;
    }
  }

  private static int lowest(double[] costs) {
    int lowest = 0;
    for (int i = 1; i < costs.length; i++) {
      lowest = costs[i] < costs[lowest] ? i : lowest;
    }
    return lowest;
  }

  /** Costs up to which two optima are one. */
  private static double close(Problem problem, double cost) {
    return cost * (1 + AGREEMENT) + problem.negligibleCost();
  }
}
