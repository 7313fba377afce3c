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
  private static final int CELLS = 100;
  private static final int STARTS = 2;
  private static final int BASINS = 4;
  private static final int SCATTERED_STARTS = 8;
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
    List<Start> starts =
        problem.amplitudes.length > 0
            ? new ExponentGrid(problem, CELLS).starts(problem, STARTS, BASINS)
            : Starts.scattered(problem, SCATTERED_STARTS);
    Newton newton = new Newton(problem);
    double[][] ends =
        starts.stream()
            .map(start -> newton.minimise(start.theta(), Newton.STATISTICAL))
            .toArray(double[][]::new);
    double[] costs = Arrays.stream(ends).mapToDouble(problem::cost).toArray();
    double[] theta = null;
    double cost = Double.POSITIVE_INFINITY;
    for (int end = 0; end < ends.length; end++) {
      if (costs[end] < cost) {
        theta = ends[end];
        cost = costs[end];
      }
    }
    if (theta == null) {
      return new FittedLaw(
          law,
          objective,
          law.parameters().stream().mapToDouble(parameter -> Double.NaN).toArray(),
          cost,
          observations.size(),
          starts.size(),
          0,
          Outcome.FAILED,
          "No start led to a finite optimum of " + law.formula() + ".");
    }
    double[] polished = newton.polish(theta);
    double polishedCost = problem.cost(polished);
    if (polishedCost < cost) {
      theta = polished;
      cost = polishedCost;
    }
    double close = cost * (1 + AGREEMENT) + problem.negligibleCost();
    int agreed = 0;
    for (double its : costs) {
      agreed += its <= close ? 1 : 0;
    }
    Identification known = Identification.of(problem, theta);
    return new FittedLaw(
        law,
        objective,
        theta,
        cost,
        observations.size(),
        starts.size(),
        agreed,
        known.outcome(),
        known.sentence());
  }
}
