package kleiber.estimate;

import java.util.stream.IntStream;
import kleiber.fit.BootstrappedLaw;
import kleiber.fit.Interval;

/**
 * How many times the compute an old recipe needs for the loss of a new one.
 *
 * <p>The compute multiplier of Erdil and Besiroglu 2022 (arXiv:2212.05153) and Ho et al. 2024
 * (arXiv:2403.05812), section 3; it varies with compute unless both laws differ in compute alone.
 */
public final class ComputeEquivalentGain {
  /** Factor of compute either way beyond which the old recipe counts as never getting there. */
  private static final double FARTHEST = 1e6;

  private static final int HALVINGS = 60;

  private ComputeEquivalentGain() {}

  /**
   * The gain at a compute, with its interval. Infinite where the old recipe does not reach the loss
   * with a million times the compute, 0 where it does with a millionth.
   *
   * @param better the new recipe
   * @param old the old recipe
   * @param path along which both are compared
   * @param flops compute of the new recipe
   */
  public static Estimate of(
      BootstrappedLaw better,
      BootstrappedLaw old,
      ComputePath path,
      double flops,
      double confidence) {
    return of(new Pair(better, path, old, path), flops, confidence);
  }

  /** The gain of the first of two recipes over the second, each along its own path. */
  static Estimate of(Pair pair, double flops, double confidence) {
    double lnGain = lnGain(pair, -1, flops);
    double[] draws =
        IntStream.range(0, pair.draws()).mapToDouble(draw -> lnGain(pair, draw, flops)).toArray();
    boolean finite = Double.isFinite(lnGain);
    Interval ln =
        Draws.interval(
            finite ? lnGain : 0,
            draws,
            finite ? pair.degreesOfFreedom() : Double.POSITIVE_INFINITY,
            confidence);
    return new Estimate(
        Math.exp(lnGain), new Interval(Math.exp(ln.low()), Math.exp(ln.high()), confidence));
  }

  /**
   * How the gain changes from one compute to another.
   *
   * @param factor the gain at the higher compute over that at the lower; NaN where neither law
   *     reaches the other's loss at both. About one that is 0, infinite or NaN no interval can be
   *     stretched for the few degrees of freedom of its noise, so that it may be anything
   * @param falls share of the resamples in which it is below 1, ties and resamples that tell no
   *     factor counting half
   */
  public record Change(Estimate factor, double falls) {}

  /**
   * The change between two computes, draw by draw: what moves both gains alike cancels, which the
   * intervals of the two do not show. A resample that reaches the loss at neither compute may have
   * any factor, and stretches the interval at both ends.
   */
  static Change change(Pair pair, double low, double high, double confidence) {
    double lnFactor = lnGain(pair, -1, high) - lnGain(pair, -1, low);
    double[] least = new double[pair.draws()];
    double[] most = new double[pair.draws()];
    double falls = 0;
    for (int draw = 0; draw < least.length; draw++) {
      double ln = lnGain(pair, draw, high) - lnGain(pair, draw, low);
      least[draw] = Double.isNaN(ln) ? Double.NEGATIVE_INFINITY : ln;
      most[draw] = Double.isNaN(ln) ? Double.POSITIVE_INFINITY : ln;
      falls += ln < 0 ? 1 : ln > 0 ? 0 : 0.5;
    }
    double freedom = pair.degreesOfFreedom();
    Interval ln =
        Double.isFinite(lnFactor)
            ? new Interval(
                Draws.interval(lnFactor, least, freedom, confidence).low(),
                Draws.interval(lnFactor, most, freedom, confidence).high(),
                confidence)
            : new Interval(Double.NEGATIVE_INFINITY, Double.POSITIVE_INFINITY, confidence);
    return new Change(new Estimate(lnFactor, ln).exp(), falls / least.length);
  }

  private static double lnGain(Pair pair, int draw, double flops) {
    double target = pair.lossOfA(draw, flops);
    double low = -Math.log(FARTHEST);
    double high = Math.log(FARTHEST);
    if (pair.lossOfB(draw, flops * FARTHEST) > target) {
      return Double.POSITIVE_INFINITY;
    }
    if (pair.lossOfB(draw, flops / FARTHEST) < target) {
      return Double.NEGATIVE_INFINITY;
    }
    for (int halving = 0; halving < HALVINGS; halving++) {
      double middle = (low + high) / 2;
      if (pair.lossOfB(draw, flops * Math.exp(middle)) > target) {
        low = middle;
      } else {
        high = middle;
      }
    }
    return (low + high) / 2;
  }
}
