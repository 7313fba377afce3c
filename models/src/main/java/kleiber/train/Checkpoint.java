package kleiber.train;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * A row of a run's log: losses after so many tokens. Only what two equal runs share; times are kept
 * elsewhere.
 *
 * @param step optimizer steps done
 * @param tokens tokens seen
 * @param epochs tokens seen divided by unique tokens
 * @param flops training FLOPs so far, exact for the family
 * @param learningRate of the last step
 * @param fractionOfPeak learning rate of the last step divided by its peak
 * @param trainLoss mean training loss, nats per token, over the steps since the last checkpoint
 * @param gradientNorm global norm of the last step's gradient, before clipping
 * @param heldOut by name of held-out set
 * @param evaluations by name and what is told, {@code NAME.accuracy}; empty when none were asked
 *     for
 */
public record Checkpoint(
    long step,
    long tokens,
    double epochs,
    double flops,
    double learningRate,
    double fractionOfPeak,
    double trainLoss,
    double gradientNorm,
    Map<String, HeldOutLoss> heldOut,
    Optional<Map<String, Double>> evaluations) {
  /** Without evaluations. */
  public Checkpoint(
      long step,
      long tokens,
      double epochs,
      double flops,
      double learningRate,
      double fractionOfPeak,
      double trainLoss,
      double gradientNorm,
      Map<String, HeldOutLoss> heldOut) {
    this(
        step,
        tokens,
        epochs,
        flops,
        learningRate,
        fractionOfPeak,
        trainLoss,
        gradientNorm,
        heldOut,
        Optional.empty());
  }

  /**
   * Loss on a held-out set.
   *
   * @param loss mean, nats per token; NaN or infinite when the run has diverged
   * @param standardError of the mean, clustered by document
   * @param bitsPerByte loss / ln 2 / bytes per token, where the bytes are known
   * @param byPosition [T] mean at each place of a window, nats: the t-th is of the token that
   *     follows t; told at the end of a run, where the set asks for it
   */
  public record HeldOutLoss(
      double loss,
      double standardError,
      OptionalDouble bitsPerByte,
      Optional<List<Double>> byPosition) {
    public HeldOutLoss {
      byPosition = byPosition.map(List::copyOf);
    }

    /** As a whole. */
    public HeldOutLoss(double loss, double standardError, OptionalDouble bitsPerByte) {
      this(loss, standardError, bitsPerByte, Optional.empty());
    }

    HeldOutLoss asWhole() {
      return new HeldOutLoss(loss, standardError, bitsPerByte);
    }
  }
}
