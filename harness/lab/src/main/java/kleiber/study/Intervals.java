package kleiber.study;

import kleiber.estimate.Estimate;
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
}
