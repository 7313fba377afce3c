package kleiber.estimate;

/**
 * How much the loss of a run scatters from seed to seed: a standard deviation that rises with the
 * loss, as a straight line in logarithms between two losses and flat outside of them.
 *
 * <p>Porian et al. 2024 (arXiv:2406.19146), appendix: 0.002 to 0.05 nats on RefinedWeb, 0.01 to 0.1
 * on OpenWebText2, between losses of 3 and 6.
 *
 * @param low standard deviation, nats per token, up to a loss of {@code lowLoss}
 * @param high standard deviation from a loss of {@code highLoss}
 */
public record LossNoise(double low, double high, double lowLoss, double highLoss) {
  public LossNoise {
    if (!(low > 0) || !(high >= low) || !(lowLoss > 0) || !(highLoss > lowLoss)) {
      throw new IllegalArgumentException(
          "A noise model rises from a positive deviation at a positive loss, but goes from "
              + low
              + " at "
              + lowLoss
              + " to "
              + high
              + " at "
              + highLoss);
    }
  }

  /** The same at every loss. */
  public static LossNoise constant(double deviation) {
    return new LossNoise(deviation, deviation, 1, 2);
  }

  /** Standard deviation, nats per token, of a loss. */
  public double at(double loss) {
    double part = Math.log(loss / lowLoss) / Math.log(highLoss / lowLoss);
    return low * Math.pow(high / low, Math.max(0, Math.min(1, part)));
  }
}
