package kleiber.estimate;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.SplittableRandom;

/**
 * The compute-optimal frontier by interpolation: at each budget ln L is interpolated over ln N by
 * Akima's method, and the lowest point of a fine grid is the optimum. Noise of a known size is
 * added to the losses many times over; the median of the optima counts, weighted by one over their
 * variance. A budget is left out when its optimum, or that of half the noisy copies, lies at the
 * edge.
 *
 * <p>Porian et al. 2024 (arXiv:2406.19146), section 3 and appendix, with 1000 draws.
 *
 * @param noise of a loss
 * @param draws noisy copies of each budget
 * @param seed of the noise
 */
public record AkimaIsoFlop(LossNoise noise, int draws, long seed) {
  /** Grid points for each gap between two sizes. */
  private static final int FINE = 25;

  /** Gaps between sizes below which the optimum is never taken to be known. */
  private static final double SHARPEST = 0.33;

  public AkimaIsoFlop {
    Objects.requireNonNull(noise, "noise");
    Draws.requireEnough(draws);
  }

  /**
   * The optimum of one budget.
   *
   * @param params N*, the median over noisy copies that have it inside
   * @param deviation of ln N*, no less than a third of the mean gap between sizes
   * @param drawn N* of every noisy copy that has it inside
   */
  private record Optimum(IsoFlop budget, double params, double deviation, double[] drawn) {}

  /**
   * @throws IllegalArgumentException when fewer than three budgets have an optimum inside
   */
  public Allocation estimate(List<IsoFlop> budgets) {
    SplittableRandom source = new SplittableRandom(seed);
    List<Optimum> optima = new ArrayList<>();
    List<String> notes = new ArrayList<>();
    for (IsoFlop budget : budgets) {
      Optimum optimum = optimum(budget, source.split());
      if (optimum == null) {
        notes.add(
            String.format(
                Locale.ROOT,
                "Left out: the optimum at %.3g FLOPs lies at the edge of the sizes tried.",
                budget.flops()));
      } else {
        optima.add(optimum);
      }
    }
    if (optima.size() < 3) {
      throw new IllegalArgumentException(
          optima.size()
              + " of "
              + budgets.size()
              + " budgets have an optimum among the sizes tried, but a frontier with an interval"
              + " needs three.");
    }
    double[] flops = optima.stream().mapToDouble(optimum -> optimum.budget.flops()).toArray();
    double[] weights =
        optima.stream().mapToDouble(optimum -> Math.pow(optimum.deviation, -2)).toArray();
    double[] params = optima.stream().mapToDouble(Optimum::params).toArray();
    int common = optima.stream().mapToInt(optimum -> optimum.drawn.length).min().getAsInt();
    LogLinearLaw[] ofParams = new LogLinearLaw[common];
    LogLinearLaw[] ofTokens = new LogLinearLaw[common];
    for (int draw = 0; draw < common; draw++) {
      int index = draw;
      double[] drawn = optima.stream().mapToDouble(optimum -> optimum.drawn[index]).toArray();
      ofParams[draw] = LogLinearLaw.weighted(weights, drawn, flops);
      ofTokens[draw] = LogLinearLaw.weighted(weights, tokens(optima, drawn), flops);
    }
    return new Allocation(
        PowerOfCompute.through(
            LogLinearLaw.weighted(weights, params, flops), ofParams, Double.POSITIVE_INFINITY),
        PowerOfCompute.through(
            LogLinearLaw.weighted(weights, tokens(optima, params), flops),
            ofTokens,
            Double.POSITIVE_INFINITY),
        notes);
  }

  private static double[] tokens(List<Optimum> optima, double[] params) {
    double[] tokens = new double[params.length];
    for (int i = 0; i < params.length; i++) {
      tokens[i] = optima.get(i).budget.tokensAt(params[i]);
    }
    return tokens;
  }

  /** Null when it lies at the edge. */
  private Optimum optimum(IsoFlop budget, SplittableRandom random) {
    double[] losses = budget.losses();
    double[] lnN = Arrays.stream(budget.params()).map(Math::log).toArray();
    int grid = FINE * (lnN.length - 1);
    double step = (lnN[lnN.length - 1] - lnN[0]) / (grid - 1);
    if (Double.isNaN(lowest(lnN, losses, grid))) {
      return null;
    }
    double[] noisy = new double[losses.length];
    double[] inside = new double[draws];
    int count = 0;
    for (int draw = 0; draw < draws; draw++) {
      for (int i = 0; i < losses.length; i++) {
        noisy[i] = losses[i] + noise.at(losses[i]) * random.nextGaussian();
      }
      double found = lowest(lnN, noisy, grid);
      if (!Double.isNaN(found)) {
        inside[count++] = found;
      }
    }
    if (count < draws / 2) {
      return null;
    }
    double[] drawn = Arrays.copyOf(inside, count);
    double mean = Arrays.stream(drawn).average().orElseThrow();
    double variance =
        Arrays.stream(drawn).map(x -> (x - mean) * (x - mean)).average().orElseThrow();
    double deviation =
        Math.max(Math.sqrt(variance), SHARPEST * FINE * step) * draws / (double) count;
    return new Optimum(
        budget,
        Math.exp(Draws.median(drawn)),
        deviation,
        Arrays.stream(drawn).map(Math::exp).toArray());
  }

  /** ln N of the lowest interpolated loss; NaN at the edge. */
  private static double lowest(double[] lnN, double[] losses, int grid) {
    Akima curve = new Akima(lnN, Arrays.stream(losses).map(Math::log).toArray());
    double width = lnN[lnN.length - 1] - lnN[0];
    int piece = 0;
    int best = 0;
    double lowest = Double.POSITIVE_INFINITY;
    for (int point = 0; point < grid; point++) {
      double x = lnN[0] + width * point / (grid - 1);
      while (piece < lnN.length - 2 && x > lnN[piece + 1]) {
        piece++;
      }
      double y = curve.at(piece, x);
      if (y < lowest) {
        lowest = y;
        best = point;
      }
    }
    return best == 0 || best == grid - 1 ? Double.NaN : lnN[0] + width * best / (grid - 1);
  }
}
