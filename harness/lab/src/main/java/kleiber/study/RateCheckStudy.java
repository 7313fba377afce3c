package kleiber.study;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import kleiber.estimate.Estimate;
import kleiber.estimate.QuadraticMinimum;
import kleiber.experiment.FlatSettings;
import kleiber.experiment.Names;
import kleiber.experiment.RateCheck;
import kleiber.fit.Interval;
import kleiber.observe.Analysis;
import kleiber.observe.Quantity;
import kleiber.study.StudyTable.Cell;

/**
 * The vertex of the losses over ln(rate), about the rate of the rule, where probes tried others. A
 * rule whose error is the same at every size leaves exponents alone; one whose error grows with
 * size bends them (Porian et al. 2024, arXiv:2406.19146), so a vertex that moves between the
 * smallest and the largest cell by more than its interval voids the result.
 */
public final class RateCheckStudy implements Study<RateCheck> {
  /** Standard deviations of a difference that are no noise. */
  private static final double CLEAR = 2;

  private static final int CURVE = 24;

  private static final String NUMBER = "[-+.0-9eE]+";

  /** Degrees of freedom with which a noise is known well enough to stand for itself. */
  private static final int ENOUGH = 2;

  /**
   * Runs that differ in their rate.
   *
   * @param rule the rate of the grid's runs
   * @param losses by rate, means over the same seeds
   * @param noise standard deviation of a mean
   * @param source of the noise, in a sentence
   * @param minimum of the parabola over ln(rate / rule)
   */
  private record Bowl(
      FinalLoss at,
      double rule,
      TreeMap<Double, Double> losses,
      double noise,
      String source,
      QuadraticMinimum minimum) {
    String name() {
      return RateCheckStudy.name(at);
    }

    /** Whether the loss at an end of the rates is lower than the rule's by more than the noise. */
    boolean fallsToTheEdge() {
      double best = bestRate();
      return (best == losses.firstKey() || best == losses.lastKey())
          && losses.get(rule) - losses.get(best) > CLEAR * Math.sqrt(2) * noise;
    }

    double bestRate() {
      return losses.entrySet().stream().min(Map.Entry.comparingByValue()).orElseThrow().getKey();
    }
  }

  @Override
  public Class<RateCheck> plan() {
    return RateCheck.class;
  }

  @Override
  public String title() {
    return "The rate of the rule";
  }

  @Override
  public void write(RateCheck plan, Analysis analysis, StudyDraft draft) {
    List<FinalLoss> runs = FinalLoss.of(analysis);
    RunNoise noise = RunNoise.of(analysis, runs);
    double confidence = analysis.experiment().fit().confidence();
    List<Bowl> bowls = bowls(analysis, runs, noise, confidence, draft);
    if (bowls.isEmpty()) {
      throw new IllegalArgumentException(
          "no cell of the grid has two probes done at other learning rates beside it");
    }
    draft.table(table(bowls, confidence)).figure(figure(bowls));
    Bowl small = bowls.getFirst();
    Bowl large = bowls.getLast();
    number(draft, "smallest cell", small);
    number(draft, "largest cell", large);
    if (bowls.size() == 1) {
      draft.sentence(
          "%s. One cell cannot tell whether the best rate moves with size."
              .formatted(vertex(small)));
    } else {
      verdict(small, large, draft);
      others(small.at, large.at)
          .ifPresent(
              settings ->
                  draft.note(
                      "The smallest and the largest cell differ in %s beside their size: whether the best rate moves with size alone they do not tell."
                          .formatted(settings)));
    }
    bowls.stream().map(Bowl::source).distinct().forEach(draft::sentence);
  }

  private static void verdict(Bowl small, Bowl large, StudyDraft draft) {
    String where =
        "%s at %s; %s at %s".formatted(vertex(small), small.name(), vertex(large), large.name());
    if (!small.minimum.isKnown() || !large.minimum.isKnown()) {
      boolean edge =
          !small.minimum.isKnown() && small.fallsToTheEdge()
              || !large.minimum.isKnown() && large.fallsToTheEdge();
      String verdict =
          edge
              ? "the lowest loss is at an edge of the rates tried, so the check does not pass"
              : "the noise hides the vertex, which decides nothing";
      draft.sentence("The rule’s rate is not checked: %s (%s).".formatted(verdict, where));
      if (edge) {
        draft.objection(
            "The rule’s learning rate is not shown to be near the best: where probes tried others, the lowest loss is at the edge of the rates tried (%s)."
                .formatted(where));
      }
      return;
    }
    Estimate moved = large.minimum.minus(small.minimum);
    boolean isVoid = !moved.interval().holds(0);
    draft.number("movement of the best rate over the rule's", moved.exp(), "factor");
    String movement =
        "from the smallest to the largest cell the best learning rate moves against the rule’s by a factor of %s"
            .formatted(Intervals.text(moved.exp()));
    Optional<String> side = isVoid ? Optional.empty() : side(small, large);
    side.ifPresent(draft::sentence);
    draft.sentence(
        isVoid
            ? "The rule does not hold: %s, more than its interval.".formatted(movement)
            : "No movement beyond the noise: %s, no more than its interval.".formatted(movement));
    if (side.isEmpty()) {
      draft.sentence(where + ".");
    }
    if (isVoid) {
      draft.objection(
          "The learning rates void the result: %s, more than its interval.".formatted(movement));
    }
  }

  /** That the rule errs to one side at both ends, and what that costs; empty where it may not. */
  private static Optional<String> side(Bowl small, Bowl large) {
    Interval one = small.minimum.exp().interval();
    Interval other = large.minimum.exp().interval();
    boolean low = one.low() > 1 && other.low() > 1;
    boolean high = one.high() < 1 && other.high() < 1;
    return low || high
        ? Optional.of(
            "The rule’s rate is too %s in the smallest cell and in the largest: %s, which costs %s of the loss, at %s; %s, which costs %s, at %s."
                .formatted(
                    low ? "low" : "high",
                    vertex(small),
                    Quantity.percent(excess(small)),
                    small.name(),
                    vertex(large),
                    Quantity.percent(excess(large)),
                    large.name()))
        : Optional.empty();
  }

  /** What the rule's rate costs against the best, as a share of the loss there. */
  private static double excess(Bowl bowl) {
    return bowl.minimum.excess(0) / bowl.minimum.value();
  }

  /**
   * What two cells differ in that is no matter of size: the further axes of their models, words,
   * and how they are optimized. Other numbers may follow from N and D by a rule.
   */
  private static Optional<String> others(FinalLoss small, FinalLoss large) {
    Map<String, String> ofSmall = FlatSettings.of(small.run());
    Map<String, String> ofLarge = FlatSettings.of(large.run());
    Set<String> paths = new TreeSet<>(ofSmall.keySet());
    paths.addAll(ofLarge.keySet());
    paths.removeAll(RateCheck.VARIES);
    paths.removeIf(path -> Objects.equals(ofSmall.get(path), ofLarge.get(path)));
    paths.removeIf(
        path ->
            !path.startsWith("optimizer.")
                && !small.axes().containsKey(path.substring(path.lastIndexOf('.') + 1))
                && Stream.of(ofSmall, ofLarge)
                    .map(its -> its.getOrDefault(path, "0"))
                    .allMatch(value -> value.matches(NUMBER)));
    return paths.isEmpty()
        ? Optional.empty()
        : Optional.of(
            Names.and(
                paths.stream()
                    .map(
                        path ->
                            "%s (%s | %s)"
                                .formatted(
                                    path,
                                    ofSmall.getOrDefault(path, "–"),
                                    ofLarge.getOrDefault(path, "–")))
                    .toList()));
  }

  private static List<Bowl> bowls(
      Analysis analysis,
      List<FinalLoss> runs,
      RunNoise noise,
      double confidence,
      StudyDraft draft) {
    List<Bowl> bowls = new ArrayList<>();
    for (List<FinalLoss> cell : FinalLoss.cells(runs, RateCheck.VARIES.toArray(String[]::new))) {
      Set<Double> rules =
          cell.stream()
              .filter(run -> !run.run().probe())
              .map(FinalLoss::learningRate)
              .collect(Collectors.toSet());
      if (cell.stream().noneMatch(run -> run.run().probe()) || rules.isEmpty()) {
        continue;
      }
      if (rules.size() > 1) {
        draft.note(
            "Left out: the grid itself has %d rates where probe %s lies, and no rule to check."
                .formatted(rules.size(), cell.getFirst().run().id()));
        continue;
      }
      Map<Double, List<FinalLoss>> byRate =
          cell.stream()
              .collect(
                  Collectors.groupingBy(
                      FinalLoss::learningRate, TreeMap::new, Collectors.toList()));
      Set<Long> seeds = commonSeeds(byRate);
      if (byRate.size() < RateCheck.LEAST_RATES || seeds.isEmpty()) {
        draft.note(
            "Left out: %d rates are done at N %s, D %s, and a parabola needs three with a seed in common."
                .formatted(
                    byRate.size(),
                    Quantity.count(cell.getFirst().params()),
                    Quantity.count(cell.getFirst().tokens())));
        continue;
      }
      bowls.add(
          bowl(
              cell.getFirst(),
              rules.iterator().next(),
              byRate,
              seeds,
              nearest(analysis, cell, runs).orElse(noise),
              confidence));
    }
    return bowls;
  }

  /**
   * The noise of a cell by itself, or else of its size: far from the best rate, and at small sizes,
   * seeds scatter several times as much. Empty where too few seeds tell either.
   */
  private static Optional<RunNoise> nearest(
      Analysis analysis, List<FinalLoss> cell, List<FinalLoss> runs) {
    FinalLoss at = cell.getFirst();
    if (RunNoise.degreesOfFreedom(cell) >= ENOUGH) {
      return Optional.of(RunNoise.of(analysis, cell).within("At %s: ".formatted(name(at))));
    }
    List<FinalLoss> alike = runs.stream().filter(run -> run.params() == at.params()).toList();
    return RunNoise.degreesOfFreedom(alike) >= ENOUGH
        ? Optional.of(
            RunNoise.of(analysis, alike).within("At N %s: ".formatted(Quantity.count(at.params()))))
        : Optional.empty();
  }

  /** Seeds that every rate was run with: data come in the same order then. */
  private static Set<Long> commonSeeds(Map<Double, List<FinalLoss>> byRate) {
    Set<Long> seeds = null;
    for (List<FinalLoss> runs : byRate.values()) {
      Set<Long> its = runs.stream().map(FinalLoss::seed).collect(Collectors.toSet());
      if (seeds == null) {
        seeds = new HashSet<>(its);
      }
      seeds.retainAll(its);
    }
    return seeds == null ? Set.of() : seeds;
  }

  private static Bowl bowl(
      FinalLoss at,
      double rule,
      Map<Double, List<FinalLoss>> byRate,
      Set<Long> seeds,
      RunNoise noise,
      double confidence) {
    TreeMap<Double, Double> losses = new TreeMap<>();
    byRate.forEach(
        (rate, runs) ->
            losses.put(
                rate,
                runs.stream()
                    .filter(run -> seeds.contains(run.seed()))
                    .mapToDouble(FinalLoss::loss)
                    .average()
                    .orElseThrow()));
    double[] x = losses.keySet().stream().mapToDouble(rate -> Math.log(rate / rule)).toArray();
    double[] y = losses.values().stream().mapToDouble(Double::doubleValue).toArray();
    double[] deviations = new double[y.length];
    for (int i = 0; i < y.length; i++) {
      deviations[i] = noise.of(y[i]) / Math.sqrt(seeds.size());
    }
    return new Bowl(
        at,
        rule,
        losses,
        Arrays.stream(deviations).average().orElseThrow(),
        noise.source(),
        QuadraticMinimum.fit(x, y, deviations, noise.degreesOfFreedom(), confidence));
  }

  private static String name(FinalLoss at) {
    return "N %s, D %s".formatted(Quantity.count(at.params()), Quantity.count(at.tokens()));
  }

  private static String vertex(Bowl bowl) {
    return bowl.minimum.isKnown()
        ? "the best rate is %s of the rule’s".formatted(Intervals.text(bowl.minimum.exp()))
        : "the lowest loss is at %s × the rule’s rate, without a vertex that the noise leaves"
            .formatted(Quantity.significant(bowl.bestRate() / bowl.rule, 3));
  }

  private static void number(StudyDraft draft, String name, Bowl bowl) {
    if (bowl.minimum.isKnown()) {
      draft.number("best rate over the rule's, " + name, bowl.minimum.exp(), "factor");
      draft.number("excess of the rule's rate, " + name, bowl.minimum.excess(0), "nats per token");
    }
  }

  private static StudyTable table(List<Bowl> bowls, double confidence) {
    StudyTable table =
        StudyTable.of(
            "Where probes tried other rates than the rule’s",
            "N",
            "D",
            "Rule’s rate",
            "Losses by rate",
            "Best rate over the rule’s",
            Quantity.percent(confidence) + " interval",
            "Excess of the rule’s rate");
    for (Bowl bowl : bowls) {
      boolean known = bowl.minimum.isKnown();
      Estimate best = bowl.minimum.exp();
      double excess = excess(bowl);
      table =
          table.row(
              Cell.of(Quantity.count(bowl.at.params()), bowl.at.params()),
              Cell.of(Quantity.count(bowl.at.tokens()), bowl.at.tokens()),
              Cell.of(Quantity.significant(bowl.rule, 3), bowl.rule),
              Cell.of(
                  bowl.losses.entrySet().stream()
                      .map(
                          each ->
                              "×%s: %s"
                                  .formatted(
                                      Quantity.significant(each.getKey() / bowl.rule, 2),
                                      Quantity.within(each.getValue(), 0.001)))
                      .collect(Collectors.joining(", "))),
              Cell.of(
                  known ? Quantity.significant(best.value(), 3) : "–",
                  known ? best.value() : Double.NaN),
              Cell.of(
                  known
                      ? Quantity.significant(best.interval().low(), 3)
                          + " to "
                          + Quantity.significant(best.interval().high(), 3)
                      : "hidden by noise"),
              Cell.of(known ? Quantity.percent(excess) : "–", known ? excess : Double.NaN));
    }
    return table;
  }

  private static StudyFigure figure(List<Bowl> bowls) {
    List<StudyFigure.Series> series = new ArrayList<>();
    for (int i = 0; i < bowls.size(); i++) {
      Bowl bowl = bowls.get(i);
      double lowest =
          bowl.losses.values().stream().mapToDouble(Double::doubleValue).min().orElseThrow();
      List<StudyFigure.Point> curve = new ArrayList<>();
      double from = Math.log(bowl.losses.firstKey() / bowl.rule);
      double to = Math.log(bowl.losses.lastKey() / bowl.rule);
      for (int step = 0; step <= CURVE; step++) {
        double x = from + (to - from) * step / CURVE;
        curve.add(StudyFigure.Point.of(Math.exp(x), 100 * (bowl.minimum.value(x) / lowest - 1)));
      }
      series.add(new StudyFigure.Series("", StudyFigure.Style.LINE, i, curve));
      series.add(
          new StudyFigure.Series(
              bowl.name(),
              StudyFigure.Style.DOTS,
              i,
              bowl.losses.entrySet().stream()
                  .map(
                      each ->
                          StudyFigure.Point.of(
                              each.getKey() / bowl.rule, 100 * (each.getValue() / lowest - 1)))
                  .toList()));
    }
    return new StudyFigure(
        "rate-check",
        "Loss about the rule’s rate",
        new StudyFigure.Axis("Learning rate over the rule’s", true),
        new StudyFigure.Axis("Loss above the lowest of its cell, %", false),
        series,
        "Losses of probes at other learning rates than the rule’s, and the parabola in the"
            + " logarithm of the rate through them.");
  }
}
