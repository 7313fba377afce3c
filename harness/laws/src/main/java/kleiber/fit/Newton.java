package kleiber.fit;

/**
 * Minimises a problem within the ranges of its parameters by Newton's method, with steps held back
 * in the metric of the reweighted problem (Levenberg 1944, Moré 1978): near that metric's step far
 * from the optimum, Newton's own near it. A parameter on its bound stays there as long as the
 * gradient pushes it outward.
 *
 * <p>An objective with a kink, or nearly one, is come to by way of rounder ones: where the kink is
 * sharper than the residuals, its second derivatives say nothing about the next step.
 *
 * <p>Stops relative to the objective itself. A sum of Huber losses at a good fit is about 1e-3, and
 * rules relative to max(1, objective) give up far too early on it.
 */
final class Newton {
  /** Gain to stop at where the optimum itself is the result. */
  static final double EXACT = 1e-14;

  /** Gain to stop at where a small part of a standard error does not matter. */
  static final double STATISTICAL = 1e-9;

  /**
   * Gain to stop at on the way to a sharper kink, of which the sharper ones need more: with fewer
   * residuals within the kink than parameters, a step from anywhere else leads nowhere.
   */
  private static final double ON_THE_WAY = 1e-4;

  private static final double SHARPER = 4;
  private static final double MORE = 10;

  /** A kink of no width is rounded off up to this share of the residuals at the start. */
  private static final double KINK = 1e-11;

  private static final int STEPS = 1000;
  private static final double LEAST_DAMPING = 1e-7;

  /** Share of the cost to gain from which the optimum counts as far. */
  private static final double FAR = 1e-3;

  /** Share of a promise that a step must keep. */
  private static final double ENOUGH = 1e-3;

  private static final double MOST_DAMPING = 1e10;
  private static final double SINGULAR = 1e-13;

  /** Gains below this share of the cost drown in rounding. */
  private static final double ROUNDING = 1e-12;

  private final Problem problem;
  private final LocalModel model;
  private final Cholesky cholesky;
  private final int n;
  private final boolean[] free;
  private final boolean[] amplitude;
  private final AmplitudeStep amplitudes;
  private final double[] step;
  private final double[] right;
  private final double[][] matrix;
  private Point here;
  private Point there;

  Newton(Problem problem) {
    this.problem = problem;
    n = problem.size;
    model = new LocalModel(problem);
    cholesky = new Cholesky(n);
    free = new boolean[n];
    amplitude = new boolean[n];
    for (int k : problem.amplitudes) {
      amplitude[k] = true;
    }
    amplitudes = problem.amplitudes.length > 0 ? new AmplitudeStep(problem) : null;
    step = new double[n];
    right = new double[n];
    matrix = new double[n][n];
    here = new Point(problem);
    there = new Point(problem);
  }

  /**
   * The local minimum that a start leads to; theta in and out.
   *
   * @param gain share of the objective that a step must promise to gain to be worth taking
   */
  double[] minimise(double[] theta, double gain) {
    System.arraycopy(problem.coordinates(theta), 0, here.u, 0, n);
    Objective objective = problem.sharpest();
    here.evaluate(objective);
    if (Double.isInfinite(objective.width())) {
      descend(objective, gain);
    } else {
      double typical = here.typicalResidual();
      double last = Math.max(objective.width(), KINK * typical);
      double share = 1;
      while (share * typical > SHARPER * last) {
        descend(objective.rounded(share * typical), share * ON_THE_WAY);
        share /= SHARPER;
      }
      if (last > 0) {
        descend(objective.rounded(last), gain);
      }
    }
    return here.theta.clone();
  }

  /** The optimum itself, from a point that is one to a small part of a standard error. */
  double[] polish(double[] theta) {
    System.arraycopy(problem.coordinates(theta), 0, here.u, 0, n);
    Objective objective = problem.sharpest();
    here.evaluate(objective);
    double last = Math.max(objective.width(), KINK * here.typicalResidual());
    descend(objective.rounded(last), EXACT);
    return here.theta.clone();
  }

  private void descend(Objective objective, double gain) {
    here.price(objective);
    double damping = LEAST_DAMPING;
    for (int steps = 0; steps < STEPS && here.cost > 0; steps++) {
      model.at(here, objective);
      double next = tryStep(objective, damping, gain);
      if (Double.isNaN(next) && damping > LEAST_DAMPING) {
        next = tryStep(objective, 0, gain);
      }
      if (Double.isNaN(next)) {
        return;
      }
      damping = next;
    }
  }

  /**
   * Moves to a lower point, held back as much as it takes.
   *
   * @return how much to hold back the step after; NaN when nothing is to be gained
   */
  private double tryStep(Objective objective, double least, double gain) {
    double damping = least;
    while (damping < MOST_DAMPING) {
      double promised = solve(damping);
      if (promised > 0) {
        if (promised <= gain * here.cost) {
          return Double.NaN;
        }
        move();
        there.evaluate(objective);
        boolean far = amplitudes != null && promised > FAR * here.cost;
        boolean stale = far && amplitudes.improve(there, objective);
        double gained = here.cost - there.cost;
        if (gained > ENOUGH * promised) {
          Point before = here;
          here = there;
          there = before;
          if (stale) {
            here.evaluate(objective);
          }
          return next(damping, gained / promised);
        }
        if (promised <= ROUNDING * here.cost) {
          return Double.NaN;
        }
      }
      damping = Math.max(MORE * damping, LEAST_DAMPING);
    }
    return Double.NaN;
  }

  private static double next(double damping, double kept) {
    if (kept > 0.7) {
      return damping > LEAST_DAMPING ? damping / MORE : 0;
    }
    return kept < 0.25 ? Math.max(MORE * damping, LEAST_DAMPING) : damping;
  }

  /**
   * The damped step within the ranges, into {@link #step}.
   *
   * @return what the quadratic model promises to gain; NaN or negative when with so little damping
   *     it has no minimum
   */
  private double solve(double damping) {
    for (int j = 0; j < n; j++) {
      step[j] = 0;
      free[j] =
          model.metric[j][j] > 0
              && !(here.u[j] <= problem.low(j) && model.gradient[j] >= 0)
              && !(here.u[j] >= problem.high(j) && model.gradient[j] <= 0);
    }
    boolean within;
    do {
      if (!solveFree(damping)) {
        return Double.NaN;
      }
      within = true;
      for (int j = 0; j < n; j++) {
        if (free[j] && here.u[j] + right[j] > problem.high(j)) {
          step[j] = problem.high(j) - here.u[j];
          free[j] = false;
          within = false;
        } else if (free[j] && here.u[j] + right[j] < problem.low(j)) {
          step[j] = problem.low(j) - here.u[j];
          free[j] = false;
          within = false;
        }
      }
    } while (!within);
    double promised = 0;
    for (int j = 0; j < n; j++) {
      if (free[j]) {
        step[j] = right[j];
      }
    }
    for (int j = 0; j < n; j++) {
      double bend = 0;
      for (int k = 0; k < n; k++) {
        bend += model.hessian[j][k] * step[k];
      }
      promised -= step[j] * (model.gradient[j] + bend / 2);
    }
    return promised;
  }

  /** The step of the free parameters, given that of the others, into {@link #right}. */
  private boolean solveFree(double damping) {
    for (int j = 0; j < n; j++) {
      right[j] = free[j] ? -model.gradient[j] : 0;
      for (int k = 0; k < n; k++) {
        double entry = model.hessian[j][k] + damping * model.metric[j][k];
        boolean both = free[j] && free[k];
        if (free[j] && !free[k]) {
          right[j] -= entry * step[k];
        }
        matrix[j][k] = both ? entry : 0;
      }
      matrix[j][j] = free[j] ? matrix[j][j] + damping * (amplitude[j] ? 0 : model.metric[j][j]) : 1;
    }
    if (!cholesky.factor(matrix, SINGULAR)) {
      return false;
    }
    cholesky.solve(right, right);
    return true;
  }

  private void move() {
    for (int j = 0; j < n; j++) {
      there.u[j] = within(j, here.u[j] + step[j]);
    }
  }

  /** Brings a coordinate into its range, and onto the bound when only rounding is between. */
  private double within(int j, double value) {
    double rounding = 1e-12 * (1 + Math.abs(value));
    if (value >= problem.high(j) - rounding) {
      return problem.high(j);
    }
    return value <= problem.low(j) + rounding ? problem.low(j) : value;
  }
}
