package kleiber.observe;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import kleiber.estimate.ComputeEquivalentGain.Change;
import kleiber.estimate.Crossover;
import kleiber.estimate.Estimate;
import kleiber.estimate.Recipe;
import kleiber.estimate.RecipeComparison;
import kleiber.estimate.RecipeComparison.Difference;
import kleiber.estimate.RecipeComparison.Exponent;
import kleiber.estimate.RecipeComparison.Lowest;
import kleiber.experiment.Names;
import kleiber.fit.Interval;

/**
 * What a comparison of two recipes says, in sentences. Every difference is the first's less the
 * second's, as a share of the second's: the second is what the first is held against.
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

  /** Computes at which two laws are set side by side. */
  public static final int STEPS = 5;

  /** Whether the first has the lower loss at a compute, by how much, and how surely. */
  public String better(Difference difference) {
    boolean told = !difference.lnRatio().interval().holds(0);
    boolean lower = difference.lnRatio().value() < 0;
    return "At %s FLOPs%s %s: %s against %s %s, %s; %s with probability %s."
        .formatted(
            Quantity.count(difference.flops()),
            asked(difference.flops()),
            told
                ? "the laws give %s a %s loss than %s".formatted(a, lower ? "lower" : "higher", b)
                : "the laws do not tell %s from %s".formatted(a, b),
            Quantity.significant(difference.lossOfA(), 5),
            Quantity.significant(difference.lossOfB(), 5),
            match.unit(),
            share(difference.lnRatio().expm1()),
            told ? "it is " + (lower ? "lower" : "higher") : a + " is lower",
            probability(told && !lower ? 1 - difference.better() : difference.better()));
  }

  private String asked(double flops) {
    String beyond = beyond(flops);
    return beyond.isEmpty() ? "" : ", for a run " + beyond + ",";
  }

  /**
   * How the run that the laws are asked for at a compute lies outside of those that were fitted:
   * {@code longer than any of classic}; empty where it lies among those of both.
   */
  public String beyond(double flops) {
    List<String> ofA = RunsAbout.beyond(comparison.a(), flops);
    List<String> ofB = RunsAbout.beyond(comparison.b(), flops);
    return ofA.equals(ofB)
        ? beyond(ofA, " fitted")
        : Names.and(
            List.of(beyond(ofA, " of " + a), beyond(ofB, " of " + b)).stream()
                .filter(words -> !words.isEmpty())
                .toList());
  }

  private static String beyond(List<String> how, String of) {
    return how.isEmpty() ? "" : "%s than any%s".formatted(Names.and(how), of);
  }

  /** A share with its interval. */
  private static String share(Estimate share) {
    return "%s [%s, %s] (%s)"
        .formatted(
            Quantity.percent(share.value()),
            Quantity.percent(share.interval().low()),
            Quantity.percent(share.interval().high()),
            Quantity.percent(share.interval().confidence()));
  }

  /** {@code 93 %}; resamples tell no more than {@code above 99.9 %} or {@code below 0.1 %}. */
  public static String probability(double share) {
    return share >= 0.9995
        ? "above 99.9 %"
        : share <= 0.0005 ? "below 0.1 %" : Quantity.percent(share);
  }

  /** How far a crossing is looked for: as far as there are runs where they leave a law open. */
  public double reach(double horizon) {
    return doubt().isEmpty() ? horizon : comparison.high();
  }

  /** Both at computes over the range of the runs, its ends among them; at least two. */
  public List<Difference> along(int steps) {
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

  /** Those at which the laws tell the two apart: their interval lies on one side of equality. */
  public static List<Difference> told(List<Difference> along) {
    return along.stream().filter(its -> !its.lnRatio().interval().holds(0)).toList();
  }

  /**
   * Where they change places, as far as it is looked for, if the laws tell them apart anywhere.
   *
   * @param along both over the range of the runs
   */
  public String crossover(double horizon, List<Difference> along) {
    List<Difference> told = told(along);
    if (told.isEmpty()) {
      return "Nowhere between %s and %s FLOPs do the laws tell %s from %s: a crossing of them means nothing."
          .formatted(Quantity.count(comparison.low()), Quantity.count(comparison.high()), a, b);
    }
    return crossover(horizon)
        + (told.size() == along.size()
            ? ""
            : " Of %d computes over the range measured, the two are told apart at %s FLOPs alone."
                .formatted(
                    along.size(),
                    Names.and(told.stream().map(its -> Quantity.count(its.flops())).toList())));
  }

  private String crossover(double horizon) {
    String doubt = doubt();
    double far = reach(horizon);
    Crossover crossover = comparison.crossover(far, confidence);
    String first = crossover.aLeads() ? a : b;
    String where =
        "%s FLOPs%s".formatted(Quantity.count(crossover.flops()), ends(crossover.interval()));
    return switch (crossover.verdict()) {
      case NONE ->
          doubt.isEmpty()
              ? "By the laws %s stays ahead up to %s FLOPs, as far as was looked."
                  .formatted(first, Quantity.count(horizon))
              : "By the laws %s is ahead in the whole range measured, up to %s FLOPs; beyond that nothing is looked at, as %s."
                  .formatted(first, Quantity.count(far), doubt);
      case BEYOND ->
          "%s is ahead in the whole range measured and would be overtaken at %s, %s times the compute of the largest run."
              .formatted(
                  first, where, Quantity.significant(crossover.flops() / comparison.high(), 3));
      case INSIDE -> "%s is ahead up to %s, within the range measured.".formatted(first, where);
    };
  }

  /** Why the laws say nothing beyond the runs; empty when the runs determine both. */
  public String doubt() {
    List<String> reasons = new ArrayList<>();
    doubt(comparison.a(), a).ifPresent(reasons::add);
    doubt(comparison.b(), b).ifPresent(reasons::add);
    return Names.and(reasons);
  }

  private static Optional<String> doubt(Recipe recipe, String name) {
    return switch (recipe.fitted().outcome()) {
      case CONVERGED -> Optional.empty();
      case BOUND_HIT ->
          Optional.of("the law of %s lies on the bound of a parameter’s range".formatted(name));
      case NOT_IDENTIFIED, FAILED ->
          Optional.of("the law of %s is not determined by its runs".formatted(name));
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

  /** The compute-equivalent gains at both ends of the range, and what is known of the change. */
  public String gains() {
    Estimate first = comparison.gain(comparison.low(), confidence);
    Estimate last = comparison.gain(comparison.high(), confidence);
    return "For the loss of %s, %s needs %s%s times the compute at %s FLOPs%s and %s%s times at %s%s: %s."
        .formatted(
            a,
            b,
            times(first),
            ends(first.interval()),
            Quantity.count(comparison.low()),
            bracketed(beyond(comparison.low())),
            times(last),
            ends(last.interval()),
            Quantity.count(comparison.high()),
            bracketed(beyond(comparison.high())),
            change(comparison.gainChange(comparison.low(), comparison.high(), confidence)));
  }

  private static String bracketed(String beyond) {
    return beyond.isEmpty() ? "" : " (%s)".formatted(beyond);
  }

  private String change(Change change) {
    double factor = change.factor().value();
    if (Double.isNaN(factor)) {
      return "how that need changes cannot be told";
    }
    Interval interval = change.factor().interval();
    String told =
        "%s%s (%s)"
            .formatted(
                Double.isInfinite(factor) ? "∞" : Quantity.significant(factor, 3),
                ends(interval),
                Quantity.percent(confidence));
    if (!(interval.low() > 1) && !(interval.high() < 1)) {
      return "no change of that need with compute is told, factor %s, below 1 with probability %s"
          .formatted(told, probability(change.falls()));
    }
    return "that need %s by a factor of %s over this range"
        .formatted(factor < 1 ? "falls" : "grows", told);
  }

  /** A gain in words, without its interval. */
  public static String times(Estimate gain) {
    return Double.isInfinite(gain.value())
        ? "more than a million"
        : gain.value() == 0 ? "less than a millionth" : Quantity.significant(gain.value(), 3);
  }

  /** Which exponents of the laws differ; empty where they have none in common. */
  public Optional<String> exponents() {
    List<Exponent> exponents = comparison.exponents(confidence);
    if (exponents.isEmpty()) {
      return Optional.empty();
    }
    List<String> differ = exponents.stream().filter(Exponent::differs).map(Exponent::name).toList();
    String differences =
        exponents.stream()
            .map(
                its ->
                    "%s %s [%s, %s]"
                        .formatted(
                            its.name(),
                            signed(its.difference().value()),
                            signed(its.difference().interval().low()),
                            signed(its.difference().interval().high())))
            .collect(Collectors.joining(", "));
    return Optional.of(
        "The laws’ exponents, %s less %s: %s (%s); %s."
            .formatted(
                a,
                b,
                differences,
                Quantity.percent(confidence),
                differ.isEmpty()
                    ? exponents.size() == 1
                        ? "the interval holds 0, so no difference is told"
                        : "every interval holds 0, so no difference is told"
                    : Names.and(differ) + (differ.size() == 1 ? " differs" : " differ")));
  }

  private static String signed(double value) {
    return Quantity.significant(value, 2).replace('-', '−');
  }

  private static String ends(Interval interval) {
    return " [%s, %s]".formatted(end(interval.low()), end(interval.high()));
  }

  private static String end(double value) {
    return Double.isInfinite(value) ? "∞" : Quantity.significant(value, 3);
  }
}
