package kleiber.estimate;

import kleiber.fit.Interval;
import org.apache.commons.math3.distribution.BetaDistribution;

/**
 * The chance of success on a task so hard that a fixed number of samples would mostly see none:
 * sample until the r-th success, at the K-th sample. p̂ = (r − 1) / (K − 1) is unbiased, and the
 * number of failures is negative binomial.
 *
 * <p>Hu et al. 2023, <i>Predicting Emergent Abilities with Infinite Resolution Evaluation</i>
 * (arXiv:2310.03262), section 3; the interval is the exact one of Clopper and Pearson (1934) for
 * inverse sampling.
 *
 * @param successes r, fixed beforehand, at least 2
 * @param samples K, at least r
 */
public record PassUntil(long successes, long samples) {
  public PassUntil {
    if (successes < 2 || samples < successes) {
      throw new IllegalArgumentException(
          "Sampling ended with "
              + successes
              + " successes of "
              + samples
              + " samples, but needs at least 2 successes, and no fewer samples than successes.");
    }
  }

  /** p̂ with its interval, which holds the truth at least as often as it says. */
  public Estimate probability(double confidence) {
    double tail = (1 - confidence) / 2;
    double low =
        new BetaDistribution(successes, samples - successes + 1.0)
            .inverseCumulativeProbability(tail);
    double high =
        samples == successes
            ? 1
            : new BetaDistribution(successes, samples - successes)
                .inverseCumulativeProbability(1 - tail);
    return new Estimate((successes - 1.0) / (samples - 1.0), new Interval(low, high, confidence));
  }
}
