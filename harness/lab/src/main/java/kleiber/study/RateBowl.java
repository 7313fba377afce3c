package kleiber.study;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import kleiber.estimate.QuadraticMinimum;
import kleiber.experiment.RateCheck;
import kleiber.observe.Analysis;
import kleiber.observe.Quantity;

/**
 * Losses of one cell about the rate that a rule gives it, and the parabola through them.
 *
 * @param rule the rate of the grid's runs
 * @param losses by rate, means over the same seeds
 * @param noise standard deviation of a mean
 * @param source of the noise, in a sentence
 * @param minimum of the parabola over ln(rate / rule)
 */
record RateBowl(
    FinalLoss at,
    double rule,
    TreeMap<Double, Double> losses,
    double noise,
    String source,
    QuadraticMinimum minimum) {
  /** Standard deviations of a difference that are no noise. */
  private static final double CLEAR = 2;

  /** Degrees of freedom with which a noise is known well enough to stand for itself. */
  private static final int ENOUGH = 2;

  /** One for each cell of the grid that has probes beside it; of others it is said why not. */
  static List<RateBowl> all(
      Analysis analysis,
      List<FinalLoss> runs,
      RunNoise noise,
      double confidence,
      StudyDraft draft) {
    List<RateBowl> bowls = new ArrayList<>();
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
          of(
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

  private static RateBowl of(
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
    return new RateBowl(
        at,
        rule,
        losses,
        Arrays.stream(deviations).average().orElseThrow(),
        noise.source(),
        QuadraticMinimum.fit(x, y, deviations, noise.degreesOfFreedom(), confidence));
  }

  String name() {
    return name(at);
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

  /** What the rule's rate costs against the best, as a share of the loss there. */
  double excess() {
    return minimum.excess(0) / minimum.value();
  }

  /** Where the best rate lies. */
  String vertex() {
    return minimum.isKnown()
        ? "the best rate is %s of the rule’s".formatted(Intervals.text(minimum.exp()))
        : "the lowest loss is at %s × the rule’s rate, without a vertex that the noise leaves"
            .formatted(Quantity.significant(bestRate() / rule, 3));
  }

  private static String name(FinalLoss at) {
    return "N %s, D %s".formatted(Quantity.count(at.params()), Quantity.count(at.tokens()));
  }
}
