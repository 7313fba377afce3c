package kleiber.fit;

import java.util.List;
import kleiber.laws.Observation;
import org.apache.commons.math3.distribution.FDistribution;

/**
 * How much worse a fit becomes when one parameter is held elsewhere and all others are fitted
 * again. The interval holds the values that a likelihood-ratio test does not refuse, for noise of
 * which the objective is the negative logarithm of the density but for a scale that is fitted too;
 * for least squares that is the F test.
 *
 * <p>Venzon and Moolgavkar 1988; Raue et al. 2009 for what profiles say of identifiability.
 *
 * @param parameter index into the law's parameters
 * @param interval of the parameter; a side that is never refused ends on the parameter's range
 * @param openBelow whether no value down to the lowest is refused
 * @param openAbove whether no value up to the highest is refused
 * @param atLow all parameters, with this one at the low end
 * @param atHigh all parameters, with this one at the high end
 */
public record Profile(
    int parameter,
    Interval interval,
    boolean openBelow,
    boolean openAbove,
    double[] atLow,
    double[] atHigh) {
  private static final int DOUBLINGS = 60;
  private static final int CUTS = 30;

  /** Share of what is left between two values that the next one keeps from both. */
  private static final double LEAST_CUT = 0.02;

  /** Of the end of an interval, as a share of its length. */
  private static final double PRECISION = 1e-3;

  /** First step where the losses lie exactly on the law. */
  private static final double LEAST_STEP = 1e-9;

  /** An end of the interval. */
  private record End(double[] theta, boolean open) {}

  /**
   * @param confidence such as 0.9
   * @throws IllegalArgumentException when there is no fit, or there are no more observations than
   *     parameters
   */
  public static Profile of(
      LawFitter fitter,
      FittedLaw fitted,
      List<Observation> observations,
      int parameter,
      double confidence) {
    Observations.checkFitted(fitted, observations);
    Problem problem = new Problem(fitted.law(), fitter.objective(), observations);
    int spare = problem.at.length - problem.size;
    if (spare < 1) {
      throw new IllegalArgumentException(
          problem.at.length
              + " observations leave nothing to measure noise with after "
              + problem.size
              + " parameters; a profile needs at least "
              + (problem.size + 1)
              + ".");
    }
    double refused = new FDistribution(null, 1, spare).inverseCumulativeProbability(confidence);
    double allowed =
        Math.pow(1 + refused / spare, degree(problem, fitted.theta()) / 2) * fitted.cost()
            + problem.negligibleCost();
    double step =
        Math.max(LEAST_STEP, Information.of(problem, fitted.theta()).standardErrors()[parameter]);
    End low = end(problem, fitted.theta(), parameter, -step, allowed);
    End high = end(problem, fitted.theta(), parameter, step, allowed);
    return new Profile(
        parameter,
        new Interval(low.theta[parameter], high.theta[parameter], confidence),
        low.open,
        high.open,
        low.theta,
        high.theta);
  }

  /**
   * What it costs to hold a parameter at each of some values and to fit all others again, as
   * multiples of what the fit costs.
   *
   * @throws IllegalArgumentException when there is no fit
   */
  public static double[] costs(
      LawFitter fitter,
      FittedLaw fitted,
      List<Observation> observations,
      int parameter,
      double[] values) {
    Observations.checkFitted(fitted, observations);
    Problem problem = new Problem(fitted.law(), fitter.objective(), observations);
    double[] costs = new double[values.length];
    for (int i = 0; i < values.length; i++) {
      double[] there = fitted.theta().clone();
      there[parameter] = values[i];
      double u = problem.coordinates(there)[parameter];
      costs[i] = problem.cost(pinned(problem, there, parameter, u)) / fitted.cost();
    }
    return costs;
  }

  /** The power of its residuals by which the cost grows: 2 for squares, 1 for absolute values. */
  private static double degree(Problem problem, double[] theta) {
    double[] gradient = new double[problem.size];
    double growth = 0;
    for (int i = 0; i < problem.at.length; i++) {
      double residual = problem.residual(i, problem.rows.gradient(i, theta, gradient));
      growth += problem.weight[i] * residual * problem.objective.slope(residual);
    }
    double cost = problem.cost(theta);
    return cost > 0 ? Math.max(1, Math.min(2, growth / cost)) : 2;
  }

  /**
   * Walks away from the optimum in growing steps, then closes in on what is allowed: the root of
   * what a step costs is nearly linear in the step.
   */
  private static End end(Problem problem, double[] theta, int j, double step, double allowed) {
    double bound = step > 0 ? problem.high(j) : problem.low(j);
    double least = problem.cost(theta);
    double wanted = Math.sqrt(allowed - least);
    double inside = problem.coordinates(theta)[j];
    double rootInside = 0;
    double[] best = theta;
    double outside = Double.NaN;
    double rootOutside = Double.NaN;
    double length = step;
    for (int doubling = 0; doubling < DOUBLINGS && Double.isNaN(outside); doubling++) {
      double to = step > 0 ? Math.min(bound, inside + length) : Math.max(bound, inside + length);
      double[] there = pinned(problem, best, j, to);
      double root = Math.sqrt(Math.max(0, problem.cost(there) - least));
      if (root > wanted) {
        outside = to;
        rootOutside = root;
      } else if (to == bound) {
        return new End(there, true);
      } else {
        inside = to;
        rootInside = root;
        best = there;
        length *= 2;
      }
    }
    for (int cut = 0; cut < CUTS && wanted - rootInside > PRECISION * wanted; cut++) {
      double share = (wanted - rootInside) / (rootOutside - rootInside);
      double middle =
          inside + (outside - inside) * Math.max(LEAST_CUT, Math.min(1 - LEAST_CUT, share));
      double[] there = pinned(problem, best, j, middle);
      double root = Math.sqrt(Math.max(0, problem.cost(there) - least));
      if (root > wanted) {
        outside = middle;
        rootOutside = root;
      } else {
        inside = middle;
        rootInside = root;
        best = there;
      }
    }
    return new End(best, false);
  }

  private static double[] pinned(Problem problem, double[] from, int j, double u) {
    return new Newton(problem.pinned(j, u)).minimise(from, Newton.STATISTICAL);
  }
}
