package kleiber.estimate;

import java.util.Locale;
import kleiber.fit.BootstrappedLaw;
import kleiber.fit.Interval;

/**
 * Where two recipes change places: the compute C* at which their laws give the same loss.
 *
 * <p>Xiao 2024 (arXiv:2409.15156), <i>Rethinking conventional wisdom in machine learning: from
 * generalization to scaling</i>, section on crossovers.
 *
 * @param verdict whether they cross, and where
 * @param flops C*; NaN when they do not cross
 * @param interval of C*; a bound is 0 or infinite where resamples cross below the measured range or
 *     not before the horizon
 * @param share of the resamples that cross between the lowest compute measured and the horizon
 * @param betterAtTop share of the resamples in which a has the lower loss at the highest compute
 *     measured
 * @param aLeads whether a has the lower loss at the lowest compute measured
 */
public record Crossover(
    Verdict verdict,
    double flops,
    Interval interval,
    double share,
    double betterAtTop,
    boolean aLeads) {
  private static final int STEPS = 400;
  private static final int HALVINGS = 60;

  /** What can be said of a crossing. */
  public enum Verdict {
    /** The laws do not cross before the horizon. */
    NONE,
    /** They cross above the highest compute measured: an extrapolation. */
    BEYOND,
    /** They cross within the range measured. */
    INSIDE
  }

  /**
   * The first crossing of a and b along a path.
   *
   * @param low lowest compute measured
   * @param high highest compute measured
   * @param horizon how far to look, at least {@code high}
   * @throws IllegalArgumentException when the range is empty or the bootstraps differ in draws
   */
  public static Crossover of(
      BootstrappedLaw a,
      BootstrappedLaw b,
      ComputePath path,
      double low,
      double high,
      double horizon,
      double confidence) {
    return of(new Pair(a, path, b, path), low, high, horizon, confidence);
  }

  /** The first crossing of two recipes, each along its own path. */
  static Crossover of(Pair pair, double low, double high, double horizon, double confidence) {
    if (!(low > 0 && low < high && high <= horizon)) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "The range measured is [%.3g, %.3g] and the horizon %.3g FLOPs, but they must be"
                  + " positive and ascend.",
              low,
              high,
              horizon));
    }
    double crossing = crossing(pair, -1, low, horizon);
    boolean aLeads = pair.difference(-1, low) < 0;
    double[] draws = new double[pair.draws()];
    int crossed = 0;
    int better = 0;
    for (int draw = 0; draw < draws.length; draw++) {
      double found = crossing(pair, draw, low, horizon);
      boolean same = pair.difference(draw, low) < 0 == aLeads;
      if (!Double.isNaN(found) && same) {
        draws[draw] = Math.log(found);
        crossed++;
      } else {
        draws[draw] = same ? Double.POSITIVE_INFINITY : Double.NEGATIVE_INFINITY;
      }
      better += pair.difference(draw, high) < 0 ? 1 : 0;
    }
    double centre = Double.isNaN(crossing) ? 0 : Math.log(crossing);
    double degreesOfFreedom =
        Double.isNaN(crossing) ? Double.POSITIVE_INFINITY : pair.degreesOfFreedom();
    Interval ln = Draws.interval(centre, draws, degreesOfFreedom, confidence);
    Interval interval = new Interval(Math.exp(ln.low()), Math.exp(ln.high()), confidence);
    Verdict verdict =
        Double.isNaN(crossing) ? Verdict.NONE : crossing > high ? Verdict.BEYOND : Verdict.INSIDE;
    return new Crossover(
        verdict,
        crossing,
        interval,
        (double) crossed / draws.length,
        (double) better / draws.length,
        aLeads);
  }

  /** The lowest compute at which the sign changes; NaN where it does not. */
  private static double crossing(Pair pair, int draw, double low, double horizon) {
    double ratio = Math.pow(horizon / low, 1.0 / STEPS);
    double from = low;
    double start = pair.difference(draw, from);
    for (int step = 1; step <= STEPS; step++) {
      double to = low * Math.pow(ratio, step);
      if (pair.difference(draw, to) < 0 != start < 0) {
        double below = from;
        double above = to;
        for (int halving = 0; halving < HALVINGS; halving++) {
          double middle = Math.sqrt(below * above);
          if (pair.difference(draw, middle) < 0 == start < 0) {
            below = middle;
          } else {
            above = middle;
          }
        }
        return Math.sqrt(below * above);
      }
      from = to;
    }
    return Double.NaN;
  }
}
