package kleiber.study;

import kleiber.estimate.Estimate;
import kleiber.estimate.PairedDifferences;
import kleiber.estimate.Proportion;
import kleiber.fit.Interval;
import kleiber.observe.Quantity;

/** Estimates in words. */
final class Wording {
  private Wording() {}

  static Estimate estimate(PairedDifferences differences) {
    return new Estimate(differences.mean(), differences.interval());
  }

  static Estimate estimate(Proportion proportion, double confidence) {
    return new Estimate(proportion.value(), proportion.interval(confidence));
  }

  /**
   * A number with as many digits as its interval leaves it: {@code 0.081 [0.072, 0.090] (90 %)}.
   */
  static String number(Estimate estimate) {
    Interval interval = estimate.interval();
    double half = (interval.high() - interval.low()) / 2;
    return Double.isFinite(half)
        ? "%s [%s, %s] (%s)"
            .formatted(
                Quantity.within(estimate.value(), half),
                Quantity.within(interval.low(), half),
                Quantity.within(interval.high(), half),
                Quantity.percent(interval.confidence()))
        : Quantity.within(estimate.value(), Double.NaN) + " (no interval)";
  }

  /** A share: {@code 95 % [78 %, 100 %] (90 %)}. */
  static String share(Estimate estimate) {
    Interval interval = estimate.interval();
    return Double.isFinite(interval.high())
        ? "%s [%s, %s] (%s)"
            .formatted(
                Quantity.percent(estimate.value()),
                Quantity.percent(interval.low()),
                Quantity.percent(interval.high()),
                Quantity.percent(interval.confidence()))
        : Quantity.percent(estimate.value()) + " (no interval)";
  }

  /** {@code 1 seed}, {@code 3 seeds}. */
  static String count(int number, String what) {
    return number == 1 ? "1 " + what : number + " " + what + "s";
  }

  /** What cannot be said, and why: after a colon, or as a sentence of its own where it is one. */
  static String because(String claim, String reason) {
    boolean stops = reason.endsWith(".");
    boolean sentence = stops && Character.isUpperCase(reason.charAt(0));
    return claim + (sentence ? ". " : ": ") + reason + (stops ? "" : ".");
  }
}
