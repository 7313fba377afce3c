package kleiber.cli;

import java.io.PrintWriter;
import java.util.List;
import java.util.TreeMap;
import kleiber.estimate.Likeness;
import kleiber.estimate.RecipeComparison;
import kleiber.estimate.RecipeComparison.Difference;
import kleiber.estimate.RecipeComparison.Exponent;
import kleiber.estimate.RecipeComparison.MeasuredPair;
import kleiber.fit.Interval;
import kleiber.observe.ComparisonText;
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
  /** Beyond the range measured, in factors of ten. */
  private static final int DECADES = 2;

  /**
   * @param at compute that the sentence is about
   * @param horizon as far as a crossing is looked for
   */
  void print(double at, double horizon, PrintWriter out) {
    ComparisonText text = new ComparisonText(comparison, match, a, b, confidence);
    Difference difference = comparison.at(at, confidence);
    List<Difference> along = text.along(ComparisonText.STEPS);
    out.println(text.better(difference));
    out.println(text.crossover(horizon, along));
    out.println(text.gain(difference));
    out.println(text.gains());
    text.measuredNear(difference).ifPresent(out::println);
    out.println();
    out.println(table(difference, along, text));
    text.exponents()
        .ifPresent(
            sentence -> {
              out.println();
              out.println(table(comparison.exponents(confidence)));
              out.println(sentence);
            });
    out.println();
    measured(out);
    match.tuning().forEach(note -> out.println("  " + note));
    match.notes().forEach(note -> out.println("  " + note));
    beyond(at, out);
  }

  private TextTable table(Difference asked, List<Difference> along, ComparisonText text) {
    TreeMap<Double, Difference> rows = new TreeMap<>();
    along.forEach(its -> rows.put(its.flops(), its));
    for (int decade = 1; decade <= DECADES; decade++) {
      double flops = comparison.high() * Math.pow(10, decade);
      rows.put(flops, comparison.at(flops, confidence));
    }
    rows.put(asked.flops(), asked);
    TextTable table =
        new TextTable("FLOPs", "A", "B", "A over B", "low", "high", "P(A better)", "");
    for (Difference difference : rows.values()) {
      Interval interval = difference.lnRatio().interval();
      table.row(
          Quantity.count(difference.flops()),
          Quantity.significant(difference.lossOfA(), 5),
          Quantity.significant(difference.lossOfB(), 5),
          Quantity.percent(Math.expm1(difference.lnRatio().value())),
          Quantity.percent(Math.expm1(interval.low())),
          Quantity.percent(Math.expm1(interval.high())),
          Quantity.percent(difference.better()),
          asked(text.beyond(difference.flops())));
    }
    return table;
  }

  private static String asked(String beyond) {
    return beyond.isEmpty() ? "" : "a run " + beyond;
  }

  private static TextTable table(List<Exponent> exponents) {
    TextTable table = new TextTable("exponent", "A", "B", "A less B", "low", "high");
    for (Exponent exponent : exponents) {
      table.row(
          exponent.name(),
          Quantity.significant(exponent.ofA(), 4),
          Quantity.significant(exponent.ofB(), 4),
          Quantity.significant(exponent.difference().value(), 2),
          Quantity.significant(exponent.difference().interval().low(), 2),
          Quantity.significant(exponent.difference().interval().high(), 2));
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
          "  Measured, without a law: A is lower in %d of %d %s of runs; A over B is %s on average."
              .formatted(
                  lower,
                  pairs.size(),
                  pairs.size() == 1 ? "pair" : "pairs",
                  Quantity.percent(Math.expm1(mean))));
    }
    out.println(
        comparison.paired()
            ? "  Differences are paired: runs of the same tokens, and of N that differ by at most %s, are set against one another%s."
                .formatted(
                    Quantity.percent(Likeness.PARAMS),
                    comparison.unpaired() == 0
                        ? ", and every run has its partner"
                        : "; %d without a partner are left out".formatted(comparison.unpaired()))
            : "  %s no partner of the same size and tokens, so the two are taken for independent."
                .formatted(
                    comparison.unpaired() == 1
                        ? "1 run has"
                        : comparison.unpaired() + " runs have"));
  }

  private void beyond(double at, PrintWriter out) {
    if (at > comparison.high()) {
      out.println(
          "  That is %s times the largest compute that both were measured at: an extrapolation."
              .formatted(Quantity.significant(at / comparison.high(), 2)));
    }
  }
}
