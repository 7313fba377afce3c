package kleiber.fit;

import java.util.List;
import java.util.Random;
import kleiber.laws.Law;
import kleiber.laws.LinearInAmplitudes;
import kleiber.laws.Observation;

/**
 * The slow, obvious fitter, judge of the fast one: many random starts over the whole range of the
 * parameters, the amplitudes of each scaled to the losses, each followed down by quasi-Newton
 * steps.
 */
final class PlainFitter {
  private static final int LOOKED_AT = 400;
  private static final long SEED = 4500;

  private PlainFitter() {}

  /** A start and its cost. */
  private record Candidate(double[] theta, double cost) {}

  /** The lowest cost that so many starts lead to. */
  static double cost(Law law, Objective objective, List<Observation> observations, int starts) {
    PlainProblem problem = new PlainProblem(law, objective, observations);
    Random random = new Random(SEED);
    return random
        .ints(LOOKED_AT)
        .mapToObj(seed -> candidate(problem, new Random(seed)))
        .filter(candidate -> Double.isFinite(candidate.cost))
        .sorted((a, b) -> Double.compare(a.cost, b.cost))
        .limit(starts)
        .map(start -> QuasiNewton.minimise(problem, start.theta, QuasiNewton.EXACT))
        .mapToDouble(problem::cost)
        .min()
        .orElse(Double.POSITIVE_INFINITY);
  }

  private static Candidate candidate(PlainProblem problem, Random random) {
    double[] u = new double[problem.size];
    for (int j = 0; j < u.length; j++) {
      u[j] = problem.low(j) + random.nextDouble() * (problem.high(j) - problem.low(j));
    }
    double[] theta = problem.theta(u);
    if (problem.law instanceof LinearInAmplitudes linear) {
      int middle = problem.at.length / 2;
      double[] basis = new double[u.length];
      problem.law.gradient(problem.at[middle], theta, basis);
      for (int k : linear.amplitudes()) {
        theta[k] = random.nextDouble() * problem.measured[middle] / basis[k];
      }
      theta = problem.theta(problem.coordinates(theta));
    }
    return new Candidate(theta, problem.cost(theta));
  }
}
