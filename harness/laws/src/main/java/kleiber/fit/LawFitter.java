package kleiber.fit;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import kleiber.laws.Law;
import kleiber.laws.Observation;
import kleiber.laws.SelfStarting;

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
    List<double[]> starts = new ArrayList<>();
    if (law instanceof SelfStarting known) {
      starts.addAll(known.starts(observations));
    }
    if (problem.amplitudes.length > 0) {
      new ExponentGrid(problem, CELLS)
          .starts(problem, STARTS, BASINS)
          .forEach(start -> starts.add(start.theta()));
    } else if (starts.isEmpty()) {
      Starts.scattered(problem, SCATTERED_STARTS).forEach(start -> starts.add(start.theta()));
    }
    return fit(problem, starts);
  }

  private FittedLaw fit(Problem problem, List<double[]> starts) {
    Law law = problem.law;
    Newton newton = new Newton(problem);
    double[][] ends =
        starts.stream()
            .map(start -> newton.minimise(start, Newton.STATISTICAL))
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
          problem.measured.length,
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
        problem.measured.length,
        starts.size(),
        agreed,
        known.outcome(),
        known.sentence());
  }
}
