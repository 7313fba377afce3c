package kleiber.observe;

import java.util.Optional;
import kleiber.estimate.Crossover;
import kleiber.estimate.Estimate;
import kleiber.estimate.RecipeComparison;
import kleiber.estimate.RecipeComparison.Difference;
import kleiber.estimate.RecipeComparison.Lowest;
import kleiber.fit.Interval;

/**
 * What a comparison of two recipes says, in sentences.
 *
 * @param a what the first is called
 * @param b what the second is called
 */
public record ComparisonText(
    RecipeComparison comparison, RecipeMatch match, String a, String b, double confidence) {
  /**
   * More than seeds differ by: a law whose interval misses a measured difference by it is wrong.
   */
  private static final double MISS = 0.01;

  /** Which has the lower loss at a compute, by how much, and how surely. */
  public String better(Difference difference) {
    boolean first = difference.lnRatio().value() < 0;
    double better = first ? difference.better() : 1 - difference.better();
    Interval interval = difference.lnRatio().interval();
    boolean told = interval.low() > 0 || interval.high() < 0;
    return "At %s FLOPs %s %s: %s against %s %s, %s; it is the better with probability %s."
        .formatted(
            Quantity.count(difference.flops()),
            first ? a : b,
            told ? "has the lower loss" : "may have the lower loss",
            Quantity.significant(first ? difference.lossOfA() : difference.lossOfB(), 5),
            Quantity.significant(first ? difference.lossOfB() : difference.lossOfA(), 5),
            match.unit(),
            relative(difference.lnRatio(), first),
            probability(better));
  }

  /** How much lower or higher in percent, with the interval. */
  private String relative(Estimate lnRatio, boolean asIs) {
    double sign = asIs ? 1 : -1;
    double low = Math.expm1(sign * (asIs ? lnRatio.interval().low() : lnRatio.interval().high()));
    double high = Math.expm1(sign * (asIs ? lnRatio.interval().high() : lnRatio.interval().low()));
    return "%s [%s, %s] (%s)"
        .formatted(
            Quantity.percent(Math.expm1(sign * lnRatio.value())),
            Quantity.percent(low),
            Quantity.percent(high),
            Quantity.percent(confidence));
  }

  /** {@code 93 %}; resamples tell no more than {@code above 99.9 %}. */
  public static String probability(double share) {
    return share >= 0.9995 ? "above 99.9 %" : Quantity.percent(share);
  }

  /** Where they change places, as far as a horizon. */
  public String crossover(double horizon) {
    Crossover crossover = comparison.crossover(horizon, confidence);
    String first = crossover.aLeads() ? a : b;
    String where =
        "%s FLOPs%s".formatted(Quantity.count(crossover.flops()), ends(crossover.interval()));
    return switch (crossover.verdict()) {
      case NONE ->
          "%s stays ahead up to %s FLOPs, as far as was looked."
              .formatted(first, Quantity.count(horizon));
      case BEYOND ->
          "%s is ahead in the whole range measured and would be overtaken at %s, %s times the compute of the largest run."
              .formatted(
                  first, where, Quantity.significant(crossover.flops() / comparison.high(), 3));
      case INSIDE -> "%s is ahead up to %s, within the range measured.".formatted(first, where);
    };
  }

  /** What was measured about a compute, and whether the laws miss it. */
  public Optional<String> measuredNear(Difference difference) {
    return comparison.lowestNear(difference.flops()).map(lowest -> beside(difference, lowest));
  }

  private String beside(Difference difference, Lowest lowest) {
    Interval interval = difference.lnRatio().interval();
    double miss = Math.max(interval.low() - lowest.lnRatio(), lowest.lnRatio() - interval.high());
    return "Measured, the lowest losses of runs of %s to %s FLOPs: %s of %s, %s of %s%s."
        .formatted(
            Quantity.count(lowest.low()),
            Quantity.count(lowest.high()),
            Quantity.significant(lowest.lossOfA(), 5),
            a,
            Quantity.significant(lowest.lossOfB(), 5),
            b,
            miss > MISS
                ? "; the laws miss that by %s: they do not fit these runs, and --frontier may do better"
                    .formatted(Quantity.percent(miss))
                : "");
  }

  /** The compute-equivalent gain of the first over the second at a compute. */
  public String gain(Difference difference) {
    Estimate gain = comparison.gain(difference.flops(), confidence);
    return "Compute-equivalent gain there: %s needs %s times the compute of %s for its loss%s."
        .formatted(b, times(gain), a, ends(gain.interval()));
  }

  /** A gain in words, without its interval. */
  public static String times(Estimate gain) {
    return Double.isInfinite(gain.value())
        ? "more than a million"
        : gain.value() == 0 ? "less than a millionth" : Quantity.significant(gain.value(), 3);
  }

  private static String ends(Interval interval) {
    return " [%s, %s]".formatted(end(interval.low()), end(interval.high()));
  }

  private static String end(double value) {
    return Double.isInfinite(value) ? "∞" : Quantity.significant(value, 3);
  }
}
