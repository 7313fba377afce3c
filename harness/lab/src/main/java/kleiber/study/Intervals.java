package kleiber.study;

import kleiber.estimate.Estimate;
import kleiber.estimate.QuadraticMinimum;
import kleiber.fit.Interval;
import kleiber.observe.Quantity;

/** Numbers with their intervals, in words and out of logarithms. */
final class Intervals {
  private Intervals() {}

  /** {@code 0.31 [0.25, 0.38] (90 %)}. */
  static String text(Estimate estimate) {
    return "%s [%s] (%s)"
        .formatted(
            Quantity.significant(estimate.value(), 3),
            ends(estimate.interval()),
            Quantity.percent(estimate.interval().confidence()));
  }

  /** {@code 0.25, 0.38}. */
  static String ends(Interval interval) {
    return end(interval.low()) + ", " + end(interval.high());
  }

  private static String end(double value) {
    return Double.isInfinite(value) ? (value < 0 ? "−∞" : "∞") : Quantity.significant(value, 3);
  }

  /** Of a share: {@code −1.2 %, 3 %}; a dash where it is infinite. */
  static String shares(Interval interval) {
    return Double.isFinite(interval.high())
        ? Quantity.percent(interval.low()) + ", " + Quantity.percent(interval.high())
        : "–";
  }

  /** Of a quantity over whose logarithm the parabola lies. */
  static Estimate exp(QuadraticMinimum minimum) {
    return exp(new Estimate(minimum.at(), minimum.interval()));
  }

  /** Of a quantity whose logarithm this is. */
  static Estimate exp(Estimate ln) {
    Interval ends = ln.interval();
    return new Estimate(
        Math.exp(ln.value()),
        new Interval(Math.exp(ends.low()), Math.exp(ends.high()), ends.confidence()));
  }

  /** Of a quantity less one, of whose logarithm this is: what it is above 1, as a share. */
  static Estimate expm1(Estimate ln) {
    Interval ends = ln.interval();
    return new Estimate(
        Math.expm1(ln.value()),
        new Interval(Math.expm1(ends.low()), Math.expm1(ends.high()), ends.confidence()));
  }
}
