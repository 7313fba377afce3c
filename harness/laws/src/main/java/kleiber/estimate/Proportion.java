package kleiber.estimate;

import kleiber.fit.Interval;
import org.apache.commons.math3.distribution.BetaDistribution;

/**
 * How often something came true in independent trials.
 *
 * @param successes how often
 * @param trials out of how many
 */
public record Proportion(int successes, int trials) {
  public Proportion {
    if (trials < 1 || successes < 0 || successes > trials) {
      throw new IllegalArgumentException(
          successes
              + " of "
              + trials
              + " is no proportion: give 0 to n successes of n >= 1 trials");
    }
  }

  public double value() {
    return (double) successes / trials;
  }

  /**
   * Of the probability behind it; holds it at least as often as it says (Clopper and Pearson 1934).
   */
  public Interval interval(double confidence) {
    double tail = (1 - confidence) / 2;
    return new Interval(
        successes == 0
            ? 0
            : new BetaDistribution(successes, trials - successes + 1.0)
                .inverseCumulativeProbability(tail),
        successes == trials
            ? 1
            : new BetaDistribution(successes + 1.0, trials - successes)
                .inverseCumulativeProbability(1 - tail),
        confidence);
  }
}
