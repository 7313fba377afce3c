package kleiber.fit;

import java.util.ArrayList;
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
  private static final int CELLS = 196;
  private static final int STARTS = 8;
  private static final int CELLS_AGAIN = 49;
  private static final int STARTS_AGAIN = 2;
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
    Problem problem = new Problem(law, objective, observations);
    List<double[]> starts = new ArrayList<>(Starts.of(problem, CELLS, STARTS));
    if (law instanceof SelfStarting known) {
      starts.addAll(0, known.starts(observations));
    }
    return fit(problem, starts);
  }

  /**
   * The best that given starts lead to; for a law whose global optimum is not what is asked for.
   *
   * @param starts parameters to begin at
   * @throws IllegalArgumentException as the search over the whole range does
   */
  public FittedLaw fit(Law law, List<Observation> observations, List<double[]> starts) {
    Observations.check(law, observations);
    return fit(new Problem(law, objective, observations), starts);
  }

  private static FittedLaw fit(Problem problem, List<double[]> starts) {
    Law law = problem.law;
    Objective objective = problem.objective;
    double[][] ends =
        starts.stream()
            .map(start -> QuasiNewton.minimise(problem, start, QuasiNewton.EXACT))
            .toArray(double[][]::new);
    double[] theta = null;
    double cost = Double.POSITIVE_INFINITY;
    for (double[] end : ends) {
      double endCost = problem.cost(end);
      if (endCost < cost) {
        theta = end;
        cost = endCost;
      }
    }
    if (theta == null) {
      return new FittedLaw(
          law,
          objective,
          law.parameters().stream().mapToDouble(parameter -> Double.NaN).toArray(),
          cost,
          problem.at.length,
          starts.size(),
          0,
          Outcome.FAILED,
          "No start led to a finite optimum of " + law.formula() + ".");
    }
    double close = cost * (1 + AGREEMENT) + problem.negligibleCost();
    int agreed = 0;
    for (double[] end : ends) {
      agreed += problem.cost(end) <= close ? 1 : 0;
    }
    Identification known = Identification.of(problem, theta);
    return new FittedLaw(
        law,
        objective,
        theta,
        cost,
        problem.at.length,
        starts.size(),
        agreed,
        known.outcome(),
        known.sentence());
  }

  /** Where to begin again after a fit, when losses change a little: there, and far from there. */
  List<double[]> restarts(Problem problem, FittedLaw fitted) {
    List<double[]> restarts = new ArrayList<>(Starts.of(problem, CELLS_AGAIN, STARTS_AGAIN));
    restarts.add(0, fitted.theta());
    return restarts;
  }

  /** The best that starts lead to, to a small part of a standard error and without a verdict. */
  double[] refit(Problem problem, List<double[]> starts) {
    double[] best = starts.get(0);
    double cost = Double.POSITIVE_INFINITY;
    for (double[] start : starts) {
      double[] end = QuasiNewton.minimise(problem, start, QuasiNewton.STATISTICAL);
      double endCost = problem.cost(end);
      if (endCost < cost) {
        best = end;
        cost = endCost;
      }
    }
    return best;
  }
}
