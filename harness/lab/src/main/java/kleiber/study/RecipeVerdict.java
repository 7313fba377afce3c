package kleiber.study;

import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import kleiber.estimate.ComputeEquivalentGain.Change;
import kleiber.estimate.Crossover;
import kleiber.estimate.Estimate;
import kleiber.estimate.RecipeComparison;
import kleiber.estimate.RecipeComparison.Difference;
import kleiber.estimate.RecipeComparison.Exponent;
import kleiber.fit.Interval;
import kleiber.observe.ComparisonText;
import kleiber.observe.Quantity;
import kleiber.observe.RecipeMatch;
import kleiber.study.StudyTable.Cell;

/**
 * What the laws of two recipes say of one another: the first is held against the second.
 *
 * @param common sizes that both were run at, if any
 */
record RecipeVerdict(RecipeComparison comparison, RecipeMatch match, CommonSizes common) {
  /** Points of a line in a figure. */
  private static final int POINTS = 25;

  /** How far beyond the common range a crossing is looked for. */
  private static final double HORIZON = 1000;

  /**
   * Why what the laws say at the largest compute comes after what was measured, if anything was;
   * empty where runs determine both laws, and lie about what they are asked for.
   */
  Optional<String> reservation() {
    String beyond = text().beyond(comparison.high());
    List<String> reasons =
        Stream.of(beyond.isEmpty() ? "" : "the laws are asked for a run " + beyond, text().doubt())
            .filter(reason -> !reason.isEmpty())
            .toList();
    return reasons.isEmpty() ? Optional.empty() : Optional.of(String.join(", and ", reasons));
  }

  void write(StudyDraft draft) {
    ComparisonText text = text();
    List<Difference> along = text.along(ComparisonText.STEPS);
    Difference top = along.getLast();
    draft.sentence(text.better(top));
    single(top.lnRatio().expm1()).ifPresent(draft::sentence);
    draft.number(
        "%s over %s at the largest compute fitted, by law".formatted(a(), b()),
        top.lnRatio().expm1(),
        "share of the loss");
    draft.number("P(%s better than %s) there".formatted(a(), b()), top.better(), "");
    crossing(text, along, draft);
    gain(text, draft);
    exponents(text, draft);
    common.heldOut().ifPresent(size -> foretold(size, draft));
    draft.table(table(text, along));
  }

  private ComparisonText text() {
    return new ComparisonText(comparison, match, a(), b(), confidence());
  }

  private String a() {
    return common.a();
  }

  private String b() {
    return common.b();
  }

  private double confidence() {
    return common.confidence();
  }

  /** That a difference which many runs tell together is less than that of a single pair. */
  private Optional<String> single(Estimate difference) {
    return common.noise().isKnown()
            && !difference.interval().holds(0)
            && Math.abs(difference.value()) < common.reach()
        ? Optional.of(
            "That is less than seeds make: a pair of runs of one seed, of %s and of %s, were the recipes equal, differs by up to %s (%s); the laws tell it by many runs together."
                .formatted(
                    a(), b(), Quantity.percent(common.reach()), Quantity.percent(confidence())))
        : Optional.empty();
  }

  private void crossing(ComparisonText text, List<Difference> along, StudyDraft draft) {
    double horizon = HORIZON * comparison.high();
    draft.sentence(text.crossover(horizon, along));
    if (ComparisonText.told(along).isEmpty()) {
      return;
    }
    Crossover crossover = comparison.crossover(text.reach(horizon), confidence());
    if (crossover.verdict() == Crossover.Verdict.NONE) {
      return;
    }
    draft.number(
        "crossing of %s and %s".formatted(a(), b()),
        new Estimate(crossover.flops(), crossover.interval()),
        "FLOPs");
    if (crossover.verdict() == Crossover.Verdict.INSIDE && !common.isEmpty()) {
      Optional<SharedSize> below =
          common.sizes().stream()
              .filter(size -> size.flops() <= crossover.flops())
              .reduce((_, last) -> last);
      Optional<SharedSize> above =
          common.sizes().stream().filter(size -> size.flops() > crossover.flops()).findFirst();
      draft.sentence(
          "Measured on either side of the crossing, %s over %s: %s."
              .formatted(
                  a(),
                  b(),
                  List.of(below, above).stream()
                      .flatMap(Optional::stream)
                      .map(this::measured)
                      .collect(Collectors.joining("; "))));
    }
  }

  private String measured(SharedSize size) {
    return "%s at %s".formatted(common.measured(size), size.place());
  }

  private void gain(ComparisonText text, StudyDraft draft) {
    double low = comparison.low();
    double high = comparison.high();
    draft.sentence(text.gains());
    String gain = "compute-equivalent gain of %s over %s, ".formatted(a(), b());
    Change change = comparison.gainChange(low, high, confidence());
    draft
        .number(gain + "least compute", comparison.gain(low, confidence()), "")
        .number(gain + "largest compute", comparison.gain(high, confidence()), "")
        .number(gain + "largest over least", change.factor(), "");
    if (!Double.isNaN(change.factor().value())) {
      draft.number(
          "P(gain of %s over %s falls with compute)".formatted(a(), b()), change.falls(), "");
    }
  }

  private void exponents(ComparisonText text, StudyDraft draft) {
    text.exponents()
        .ifPresentOrElse(
            draft::sentence,
            () ->
                draft.note(
                    "Exponents of %s and %s are not compared: their laws have none in common."
                        .formatted(a(), b())));
    for (Exponent exponent : comparison.exponents(confidence())) {
      draft.number(
          "%s of %s less that of %s".formatted(exponent.name(), a(), b()),
          exponent.difference(),
          "");
    }
  }

  /** What the laws said of the largest runs, which they were not fitted to. */
  private void foretold(SharedSize size, StudyDraft draft) {
    Estimate said = foretold(size);
    Estimate measured = common.difference(size);
    draft.sentence(
        "For the held-out %s the laws foretold %s over %s by %s; measured %s, %s."
            .formatted(
                size.place(),
                a(),
                b(),
                Wording.share(said),
                common.measured(size),
                beside(said.interval(), measured)));
    draft.number(
        "%s over %s at the held-out size, foretold".formatted(a(), b()), said, "share of the loss");
    draft.number(
        "%s over %s at the held-out size, measured".formatted(a(), b()),
        measured,
        "share of the loss");
  }

  private String beside(Interval said, Estimate measured) {
    if (said.holds(measured.value())) {
      return "inside the interval foretold";
    }
    Interval seeds = measured.interval();
    return !Double.isFinite(seeds.high())
        ? "outside the interval foretold, which holds no noise of single runs"
        : seeds.low() > said.high() || seeds.high() < said.low()
            ? "outside the interval foretold, by more than seeds make"
            : "outside the interval foretold, by no more than seeds make";
  }

  private Estimate foretold(SharedSize size) {
    return comparison.between(size.ofA(), size.ofB(), confidence()).lnRatio().expm1();
  }

  private StudyTable table(ComparisonText text, List<Difference> along) {
    StudyTable table =
        StudyTable.of(
            "%s over %s by their laws, %s intervals"
                .formatted(a(), b(), Quantity.percent(confidence())),
            "FLOPs",
            "Loss of " + a(),
            "Loss of " + b(),
            "Difference",
            "Interval",
            "P(%s better)".formatted(a()),
            "Compute-equivalent gain",
            "Interval of it",
            "Beside the runs fitted");
    for (Difference difference : along) {
      Estimate share = difference.lnRatio().expm1();
      Estimate gain = comparison.gain(difference.flops(), confidence());
      String beyond = text.beyond(difference.flops());
      table =
          table.row(
              Cell.of(Quantity.count(difference.flops()), difference.flops()),
              Cell.of(Quantity.within(difference.lossOfA(), 0.001), difference.lossOfA()),
              Cell.of(Quantity.within(difference.lossOfB(), 0.001), difference.lossOfB()),
              Cell.of(Quantity.percent(share.value()), share.value()),
              Cell.of(Intervals.shares(share.interval())),
              Cell.of(ComparisonText.probability(difference.better()), difference.better()),
              Cell.of(ComparisonText.times(gain), gain.value()),
              Cell.of(Intervals.ends(gain.interval())),
              Cell.of(beyond.isEmpty() ? "among them" : beyond));
    }
    return table;
  }

  /** ln-spaced points of the difference by the laws, in percent, as far as both were fitted. */
  List<StudyFigure.Point> line() {
    return text().along(POINTS).stream()
        .map(its -> StudyFigure.Point.of(its.flops(), 100 * Math.expm1(its.lnRatio().value())))
        .toList();
  }

  /** What the laws foretold of the sizes that they were not fitted to, in percent. */
  List<StudyFigure.Point> foretold() {
    return common.sizes().stream()
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
