package kleiber.estimate;

import java.util.function.DoubleUnaryOperator;
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
    return of(Math::exp);
  }

  /** Of that quantity less one: of a ratio's logarithm, by what share it lies above 1. */
  public Estimate expm1() {
    return of(Math::expm1);
  }

  private Estimate of(DoubleUnaryOperator increasing) {
    return new Estimate(
        increasing.applyAsDouble(value),
        new Interval(
            increasing.applyAsDouble(interval.low()),
            increasing.applyAsDouble(interval.high()),
            interval.confidence()));
  }
}
