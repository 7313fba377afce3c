package kleiber.estimate;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.logging.Logger;
import kleiber.fit.Interval;
import org.apache.commons.math3.distribution.BinomialDistribution;

/** Counts how often an interval held the truth on made data sets. */
final class Held {
  /** Chance that a right interval fails the test. */
  private static final double FALSE_ALARM = 1e-3;

  private final String what;
  private int sets;
  private int held;
  private double width;
  private double bias;
  private double confidence;

  Held(String what) {
    this.what = what;
  }

  void count(Estimate estimate, double truth) {
    count(estimate.interval(), estimate.value(), truth);
  }

  void count(Interval interval, double value, double truth) {
    confidence = interval.confidence();
    sets++;
    held += interval.holds(truth) ? 1 : 0;
    width += interval.high() - interval.low();
    bias += value - truth;
  }

  /** The coverage lies within {@code allowance} of what the intervals say, but for chance. */
  void isAboutRight(double allowance) {
    isBetween(confidence - allowance, Math.min(1, confidence + allowance));
  }

  /** The coverage lies in a range, but for chance. */
  void isBetween(double low, double high) {
    int fewest = new BinomialDistribution(sets, low).inverseCumulativeProbability(FALSE_ALARM / 2);
    int most =
        new BinomialDistribution(sets, high).inverseCumulativeProbability(1 - FALSE_ALARM / 2);
    String found =
        String.format(
            "%s: a %.0f %% interval held %d of %d (%d to %d expected), mean width %.3g, mean error"
                + " %.2g",
            what, 100 * confidence, held, sets, fewest, most, width / sets, bias / sets);
    Logger.getLogger("coverage").info(found);
    assertTrue(held >= fewest && held <= most, found);
  }
}
