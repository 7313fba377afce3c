package kleiber.study;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import kleiber.estimate.Crossover;
import kleiber.estimate.Estimate;
import kleiber.estimate.RecipeComparison;
import kleiber.estimate.RecipeComparison.Difference;
import kleiber.estimate.RecipeComparison.Exponent;
import kleiber.experiment.Names;
import kleiber.fit.Interval;
import kleiber.observe.ComparisonText;
import kleiber.observe.Quantity;
import kleiber.observe.RecipeMatch;
import kleiber.study.StudyTable.Cell;

/**
 * What the laws of two recipes say of one another: the first is held against the second.
 *
 * @param sizes that both were run at
 */
record RecipeVerdict(
    RecipeComparison comparison,
    RecipeMatch match,
    String a,
    String b,
    List<SharedSize> sizes,
    double confidence) {
  /** Computes at which the laws are set side by side, the ends of the common range among them. */
  private static final int STEPS = 5;

  /** Points of a line in a figure. */
  private static final int POINTS = 25;

  /** How far beyond the common range a crossing is looked for. */
  private static final double HORIZON = 1000;

  /** Exponents that differ with this probability are said to. */
  private static final double SURE = 0.95;

  void write(StudyDraft draft) {
    ComparisonText text = new ComparisonText(comparison, match, a, b, confidence);
    List<Difference> along = along(STEPS);
    Difference top = along.getLast();
    draft.sentence(text.better(top));
    draft.number(
        "%s over %s at the largest compute fitted, by law".formatted(a, b),
        top.lnRatio().expm1(),
        "share of the loss");
    draft.number("P(%s better than %s) there".formatted(a, b), top.better(), "");
    crossing(text, along, draft);
    gain(along, draft);
    exponents(draft);
    sizes.stream()
        .filter(SharedSize::heldOut)
        .reduce((_, last) -> last)
        .ifPresent(size -> foretold(size, draft));
    draft.table(table(along));
  }

  private List<Difference> along(int steps) {
    List<Difference> along = new ArrayList<>();
    double low = comparison.low();
    double high = comparison.high();
    for (int step = 0; step < steps; step++) {
      double share = (double) step / (steps - 1);
      double flops = step == steps - 1 ? high : low * Math.pow(high / low, share);
      along.add(comparison.at(flops, confidence));
    }
    return along;
  }

  private void crossing(ComparisonText text, List<Difference> along, StudyDraft draft) {
    if (along.stream().allMatch(difference -> difference.lnRatio().interval().holds(0))) {
      draft.sentence(
          "Nowhere between %s and %s FLOPs do the laws tell %s from %s: a crossing of them means nothing."
              .formatted(
                  Quantity.count(comparison.low()), Quantity.count(comparison.high()), a, b));
      return;
    }
    double horizon = HORIZON * comparison.high();
    Crossover crossover = comparison.crossover(horizon, confidence);
    draft.sentence(text.crossover(horizon));
    if (crossover.verdict() == Crossover.Verdict.NONE) {
      return;
    }
    draft.number(
        "crossing of %s and %s".formatted(a, b),
        new Estimate(crossover.flops(), crossover.interval()),
        "FLOPs");
    if (crossover.verdict() == Crossover.Verdict.INSIDE && !sizes.isEmpty()) {
      Optional<SharedSize> below =
          sizes.stream()
              .filter(size -> size.flops() <= crossover.flops())
              .reduce((_, last) -> last);
      Optional<SharedSize> above =
          sizes.stream().filter(size -> size.flops() > crossover.flops()).findFirst();
      draft.sentence(
          "Measured on either side of the crossing, %s over %s: %s."
              .formatted(
                  a,
                  b,
                  List.of(below, above).stream()
                      .flatMap(Optional::stream)
                      .map(this::measured)
                      .collect(Collectors.joining("; "))));
    }
  }

  private String measured(SharedSize size) {
    return "%s at %s".formatted(size.measured(confidence), size.place());
  }

  private void gain(List<Difference> along, StudyDraft draft) {
    Estimate first = comparison.gain(along.getFirst().flops(), confidence);
    Estimate last = comparison.gain(along.getLast().flops(), confidence);
    boolean grows = last.interval().low() > first.interval().high();
    boolean falls = last.interval().high() < first.interval().low();
    draft.sentence(
        "For the loss of %s, %s needs %s times the compute at %s FLOPs and %s times at %s: %s."
            .formatted(
                a,
                b,
                times(first),
                Quantity.count(along.getFirst().flops()),
                times(last),
                Quantity.count(along.getLast().flops()),
                grows
                    ? "that ratio grows with compute"
                    : falls
                        ? "that ratio falls with compute"
                        : "the intervals tell no change of that ratio with compute"));
    draft.number("compute-equivalent gain of %s over %s, least compute".formatted(a, b), first, "");
    draft.number(
        "compute-equivalent gain of %s over %s, largest compute".formatted(a, b), last, "");
  }

  private static String times(Estimate gain) {
    Interval ends = gain.interval();
    return "%s [%s]".formatted(ComparisonText.times(gain), Intervals.ends(ends));
  }

  private void exponents(StudyDraft draft) {
    List<Exponent> exponents = comparison.exponents(confidence);
    if (exponents.isEmpty()) {
      draft.note(
          "Exponents of %s and %s are not compared: their laws have none in common."
              .formatted(a, b));
      return;
    }
    List<String> differ =
        exponents.stream().filter(its -> its.differ() >= SURE).map(Exponent::name).toList();
    String verdict =
        differ.isEmpty()
            ? "The exponents of %s and %s are not known".formatted(a, b)
            : "The exponent%s %s of %s and %s %s known"
                .formatted(
                    differ.size() == 1 ? "" : "s",
                    Names.and(differ),
                    a,
                    b,
                    differ.size() == 1 ? "is" : "are");
    draft.sentence(
        "%s to differ (the probability that they do: %s)."
            .formatted(
                verdict,
                exponents.stream()
                    .map(its -> ComparisonText.probability(its.differ()) + " for " + its.name())
                    .collect(Collectors.joining(", "))));
    for (Exponent exponent : exponents) {
      draft.number(
          "%s of %s less that of %s".formatted(exponent.name(), a, b), exponent.difference(), "");
    }
  }

  /** What the laws said of the largest runs, which they were not fitted to. */
  private void foretold(SharedSize size, StudyDraft draft) {
    Estimate said = foretold(size);
    Estimate measured = size.difference(confidence);
    draft.sentence(
        "For the held-out %s the laws foretold %s over %s by %s; measured %s, %s."
            .formatted(
                size.place(),
                a,
                b,
                Wording.share(said),
                size.measured(confidence),
                said.interval().holds(measured.value())
                    ? "inside the interval"
                    : "outside the interval, which holds no noise of single runs"));
    draft.number(
        "%s over %s at the held-out size, foretold".formatted(a, b), said, "share of the loss");
    draft.number(
        "%s over %s at the held-out size, measured".formatted(a, b), measured, "share of the loss");
  }

  private Estimate foretold(SharedSize size) {
    return comparison.between(size.ofA(), size.ofB(), confidence).lnRatio().expm1();
  }

  private StudyTable table(List<Difference> along) {
    StudyTable table =
        StudyTable.of(
            "%s over %s by their laws, %s intervals".formatted(a, b, Quantity.percent(confidence)),
            "FLOPs",
            "Loss of " + a,
            "Loss of " + b,
            "Difference",
            "Interval",
            "P(%s better)".formatted(a),
            "Compute-equivalent gain",
            "Interval of it");
    for (Difference difference : along) {
      Estimate share = difference.lnRatio().expm1();
      Estimate gain = comparison.gain(difference.flops(), confidence);
      table =
          table.row(
              Cell.of(Quantity.count(difference.flops()), difference.flops()),
              Cell.of(Quantity.within(difference.lossOfA(), 0.001), difference.lossOfA()),
              Cell.of(Quantity.within(difference.lossOfB(), 0.001), difference.lossOfB()),
              Cell.of(Quantity.percent(share.value()), share.value()),
              Cell.of(Intervals.shares(share.interval())),
              Cell.of(Quantity.percent(difference.better()), difference.better()),
              Cell.of(ComparisonText.times(gain), gain.value()),
              Cell.of(Intervals.ends(gain.interval())));
    }
    return table;
  }

  /** ln-spaced points of the difference by the laws, in percent, as far as both were fitted. */
  List<StudyFigure.Point> line() {
    return along(POINTS).stream()
        .map(its -> StudyFigure.Point.of(its.flops(), 100 * Math.expm1(its.lnRatio().value())))
        .toList();
  }

  /** What the laws foretold of the sizes that they were not fitted to, in percent. */
  List<StudyFigure.Point> foretold() {
    return sizes.stream()
        .filter(SharedSize::heldOut)
        .map(
            size -> {
              Estimate said = foretold(size);
              return new StudyFigure.Point(
                  size.flops(),
                  100 * said.value(),
                  100 * said.interval().low(),
                  100 * said.interval().high());
            })
        .toList();
  }
}
