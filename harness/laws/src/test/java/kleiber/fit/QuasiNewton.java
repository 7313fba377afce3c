package kleiber.fit;

import java.util.Arrays;

/**
 * Minimises a problem within the ranges of its parameters: BFGS (Nocedal and Wright 2006, eq. 6.17)
 * with a bisecting line search that also suits kinks (Lewis and Overton 2013), begun anew from the
 * Gauss–Newton matrix until beginning anew gains nothing. A parameter on its bound stays there as
 * long as the gradient pushes it outward.
 *
 * <p>Stops relative to the objective itself. A sum of Huber losses at a good fit is about 1e-3, and
 * rules relative to max(1, objective) give up far too early on it.
 */
final class QuasiNewton {
  private static final int ROUNDS = 30;
  private static final int STEPS = 200;
  private static final int TRIALS = 50;

  /** Gain to stop at where the optimum itself is the result. */
  static final double EXACT = 1e-14;

  /** A round that gains less than so many times the last step's gain is the last round. */
  private static final double LAST_ROUND = 1e4;

  private static final double SINGULAR = 1e-10;
  private static final double DECREASE = 1e-4;
  private static final double CURVATURE = 0.9;

  private final PlainProblem problem;
  private final double gain;
  private final int n;
  private double[] u;
  private double[] gradient;
  private double cost;

  private QuasiNewton(PlainProblem problem, double[] start, double gain) {
    this.problem = problem;
    this.gain = gain;
    this.n = problem.size;
    this.u = start;
    this.gradient = new double[n];
    this.cost = problem.costAndGradient(u, gradient);
  }

  /**
   * The local minimum that a start leads to; theta in and out.
   *
   * @param gain share of the objective that a step must promise to gain to be worth taking
   */
  static double[] minimise(PlainProblem problem, double[] theta, double gain) {
    QuasiNewton solver = new QuasiNewton(problem, problem.coordinates(theta), gain);
    for (int round = 0; round < ROUNDS; round++) {
      double before = solver.cost;
      boolean[] free = solver.free();
      solver.descend(free);
      if (before - solver.cost <= LAST_ROUND * gain * before
          && Arrays.equals(free, solver.free())) {
        break;
      }
    }
    return problem.theta(solver.u);
  }

  /** One run of BFGS, until nothing is gained or the set of free parameters changes. */
  private void descend(boolean[] free) {
    double[][] inverse = inverseMetric(free);
    for (int step = 0; step < STEPS && Arrays.equals(free, free()); step++) {
      double[] direction = new double[n];
      double slope = 0;
      for (int j = 0; j < n; j++) {
        for (int k = 0; k < n; k++) {
          direction[j] -= inverse[j][k] * gradient[k];
        }
        if (direction[j] > 0 ? u[j] >= problem.high(j) : u[j] <= problem.low(j)) {
          direction[j] = 0;
        }
        slope += direction[j] * gradient[j];
      }
      if (!(-slope > gain * cost)) {
        return;
      }
      double[] uBefore = u;
      double[] gradientBefore = gradient;
      if (!search(direction, slope)) {
        return;
      }
      update(inverse, difference(u, uBefore), difference(gradient, gradientBefore), free);
    }
  }

  /** Moves to a point that satisfies the weak Wolfe conditions; false where there is none. */
  private boolean search(double[] direction, double slope) {
    double longest = longestStep(direction);
    double low = 0;
    double high = Double.POSITIVE_INFINITY;
    double t = Math.min(1, longest);
    double[] from = u;
    double costFrom = cost;
    for (int trial = 0; trial < TRIALS; trial++) {
      double[] to = new double[n];
      for (int j = 0; j < n; j++) {
        to[j] = withinRange(j, from[j] + t * direction[j]);
      }
      double[] gradientTo = new double[n];
      double costTo = problem.costAndGradient(to, gradientTo);
      if (!(costTo < costFrom + DECREASE * t * slope)) {
        high = t;
      } else {
        u = to;
        gradient = gradientTo;
        cost = costTo;
        if (t == longest || dot(gradientTo, direction) >= CURVATURE * slope) {
          return true;
        }
        low = t;
      }
      t = Double.isInfinite(high) ? Math.min(2 * t, longest) : (low + high) / 2;
    }
    return low > 0;
  }

  private void update(double[][] inverse, double[] s, double[] y, boolean[] free) {
    for (int j = 0; j < n; j++) {
      if (!free[j]) {
        y[j] = 0;
      }
    }
    double sy = dot(s, y);
    if (!(sy > 0)) {
      return;
    }
    double[] hy = new double[n];
    for (int j = 0; j < n; j++) {
      hy[j] = dot(inverse[j], y);
    }
    double yhy = dot(y, hy);
    for (int j = 0; j < n; j++) {
      for (int k = 0; k < n; k++) {
        inverse[j][k] += ((1 + yhy / sy) * s[j] * s[k] - hy[j] * s[k] - s[j] * hy[k]) / sy;
      }
    }
  }

  private double[][] inverseMetric(boolean[] free) {
    double[][] metric = problem.metric(u);
    for (int j = 0; j < n; j++) {
      if (!free[j]) {
        Arrays.fill(metric[j], 0);
        for (int k = 0; k < n; k++) {
          metric[k][j] = 0;
        }
      }
    }
    double[][] inverse = new Cholesky(metric, SINGULAR).inverse();
    for (int j = 0; j < n; j++) {
      if (!free[j]) {
        inverse[j][j] = 0;
      }
    }
    return inverse;
  }

  private boolean[] free() {
    boolean[] free = new boolean[n];
    for (int j = 0; j < n; j++) {
      free[j] =
          !(u[j] <= problem.low(j) && gradient[j] >= 0)
              && !(u[j] >= problem.high(j) && gradient[j] <= 0);
    }
    return free;
  }

  /** Brings a coordinate into its range, and onto the bound when only rounding is between. */
  private double withinRange(int j, double value) {
    double rounding = 1e-12 * (1 + Math.abs(value));
    if (value >= problem.high(j) - rounding) {
      return problem.high(j);
    }
    return value <= problem.low(j) + rounding ? problem.low(j) : value;
  }

  private double longestStep(double[] direction) {
    double longest = Double.POSITIVE_INFINITY;
    for (int j = 0; j < n; j++) {
      if (direction[j] != 0) {
        double room = direction[j] > 0 ? problem.high(j) - u[j] : problem.low(j) - u[j];
        longest = Math.min(longest, room / direction[j]);
      }
    }
    return longest;
  }

  private static double[] difference(double[] a, double[] b) {
    double[] d = new double[a.length];
    for (int j = 0; j < a.length; j++) {
      d[j] = a[j] - b[j];
    }
    return d;
  }

  private static double dot(double[] a, double[] b) {
    double sum = 0;
    for (int j = 0; j < a.length; j++) {
      sum += a[j] * b[j];
    }
    return sum;
  }
}
