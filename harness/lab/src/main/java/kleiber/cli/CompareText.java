package kleiber.cli;

import java.io.PrintWriter;
import java.util.List;
import java.util.TreeSet;
import kleiber.estimate.Crossover;
import kleiber.estimate.Estimate;
import kleiber.estimate.RecipeComparison;
import kleiber.estimate.RecipeComparison.Difference;
import kleiber.estimate.RecipeComparison.Exponent;
import kleiber.estimate.RecipeComparison.Lowest;
import kleiber.estimate.RecipeComparison.MeasuredPair;
import kleiber.fit.Interval;
import kleiber.observe.Quantity;
import kleiber.observe.RecipeMatch;

/**
 * Two recipes side by side as a terminal shows them: the sentence first.
 *
 * @param a what the first is called
 * @param b what the second is called
 */
record CompareText(
    RecipeComparison comparison, RecipeMatch match, String a, String b, double confidence) {
  private static final int STEPS = 4;

  /**
   * More than seeds differ by: a law whose interval misses a measured difference by it is wrong.
   */
  private static final double MISS = 0.01;

  /** Beyond the range measured, in factors of ten. */
  private static final int DECADES = 2;

  /**
   * @param at compute that the sentence is about
   * @param horizon as far as a crossing is looked for
   */
  void print(double at, double horizon, PrintWriter out) {
    Difference difference = comparison.at(at, confidence);
    out.println(sentence(difference));
    Crossover crossover = comparison.crossover(horizon, confidence);
    out.println(
        crossover.sentence().replace("The first recipe", a).replace("The second recipe", b));
    out.println(gain(difference));
    comparison.lowestNear(at).ifPresent(lowest -> out.println(beside(difference, lowest)));
    out.println();
    out.println(table(at));
    List<Exponent> exponents = comparison.exponents(confidence);
    if (!exponents.isEmpty()) {
      out.println();
      out.println(table(exponents));
    }
    out.println();
    measured(out);
    match.notes().forEach(note -> out.println("  " + note));
    beyond(at, out);
  }

  private String sentence(Difference difference) {
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

  private static String probability(double share) {
    return share >= 0.9995 ? "above 99.9 %" : Quantity.percent(share);
  }

  /** What was measured about there, and whether the laws miss it. */
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

  private String gain(Difference difference) {
    Estimate gain = comparison.gain(difference.flops(), confidence);
    return "Compute-equivalent gain there: %s needs %s times the compute of %s for its loss%s."
        .formatted(
            b,
            Double.isInfinite(gain.value())
                ? "more than a million"
                : gain.value() == 0
                    ? "less than a millionth"
                    : Quantity.significant(gain.value(), 3),
            a,
            ends(gain.interval()));
  }

  private static String ends(Interval interval) {
    return " [%s, %s]".formatted(end(interval.low()), end(interval.high()));
  }

  private static String end(double value) {
    return Double.isInfinite(value) ? "∞" : Quantity.significant(value, 3);
  }

  private TextTable table(double at) {
    TreeSet<Double> computes = new TreeSet<>();
    double low = comparison.low();
    double high = comparison.high();
    for (int step = 0; step <= STEPS; step++) {
      computes.add(step == STEPS ? high : low * Math.pow(high / low, (double) step / STEPS));
    }
    for (int decade = 1; decade <= DECADES; decade++) {
      computes.add(high * Math.pow(10, decade));
    }
    computes.add(at);
    TextTable table =
        new TextTable("FLOPs", "A", "B", "A over B", "low", "high", "P(A better)", "");
    for (double flops : computes) {
      Difference difference = comparison.at(flops, confidence);
      Interval interval = difference.lnRatio().interval();
      table.row(
          Quantity.count(flops),
          Quantity.significant(difference.lossOfA(), 5),
          Quantity.significant(difference.lossOfB(), 5),
          Quantity.percent(Math.expm1(difference.lnRatio().value())),
          Quantity.percent(Math.expm1(interval.low())),
          Quantity.percent(Math.expm1(interval.high())),
          Quantity.percent(difference.better()),
          flops > high ? "beyond the runs" : "");
    }
    return table;
  }

  private static TextTable table(List<Exponent> exponents) {
    TextTable table = new TextTable("exponent", "A", "B", "A less B", "low", "high", "P(differ)");
    for (Exponent exponent : exponents) {
      table.row(
          exponent.name(),
          Quantity.significant(exponent.ofA(), 4),
          Quantity.significant(exponent.ofB(), 4),
          Quantity.significant(exponent.difference().value(), 2),
          Quantity.significant(exponent.difference().interval().low(), 2),
          Quantity.significant(exponent.difference().interval().high(), 2),
          Quantity.percent(exponent.differ()));
    }
    return table;
  }

  private void measured(PrintWriter out) {
    out.println("  A is %s, B is %s.".formatted(a, b));
    List<MeasuredPair> pairs = comparison.measured();
    if (!pairs.isEmpty()) {
      long lower = pairs.stream().filter(pair -> pair.lnRatio() < 0).count();
      double mean = pairs.stream().mapToDouble(MeasuredPair::lnRatio).average().orElseThrow();
      out.println(
          "  Measured, without a law: A is lower in %d of %d pairs of runs, by %s on average."
              .formatted(lower, pairs.size(), Quantity.percent(-Math.expm1(mean))));
    }
    out.println(
        comparison.paired()
            ? "  Differences are paired: runs of the same size and tokens are set against one another%s."
                .formatted(
                    comparison.unpaired() == 0
                        ? ", and every run has its partner"
                        : "; %d without a partner are left out".formatted(comparison.unpaired()))
            : "  %d runs have no partner of the same size and tokens, so the two are taken for independent."
                .formatted(comparison.unpaired()));
  }

  private void beyond(double at, PrintWriter out) {
    if (at > comparison.high()) {
      out.println(
          "  That is %s times the largest compute that both were measured at: an extrapolation."
              .formatted(Quantity.significant(at / comparison.high(), 2)));
    }
  }
}
