package kleiber.estimate;

import kleiber.fit.Interval;

/**
 * A number with an interval that is meant to hold the truth.
 *
 * @param value best guess
 * @param interval around it, not always symmetric
 */
public record Estimate(double value, Interval interval) {
  /** Of the quantity whose logarithm this is. */
  public Estimate exp() {
    return new Estimate(
        Math.exp(value),
        new Interval(Math.exp(interval.low()), Math.exp(interval.high()), interval.confidence()));
  }
}
