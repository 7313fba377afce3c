package kleiber.observe;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.DoubleSummaryStatistics;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import kleiber.data.Corpus;
import kleiber.experiment.Run;
import kleiber.fit.BootstrappedLaw;
import kleiber.fit.FittedLaw;
import kleiber.fit.Interval;
import kleiber.laws.Observation;
import kleiber.laws.Parameter;
import kleiber.run.StoredRun;
import kleiber.train.HeldOut;
import kleiber.train.OracleLoss;
import kleiber.train.TrainingSpec;

/**
 * A fitted irreducible loss E beside the loss of the ideal predictor on the very same tokens. It is
 * joined after the fit, which never sees it.
 *
 * @param floor the ideal predictor's loss, nats per token
 * @param fitted the law's E, nats per token; empty when the law has none
 * @param interval of E at {@link #CONFIDENCE}; empty when there is none
 * @param best the lowest loss that was fitted
 * @param range from the lowest loss that was fitted to the highest
 */
public record OracleComparison(
    double floor, Optional<Double> fitted, Optional<Interval> interval, double best, double range) {
  /** Of the interval. */
  public static final double CONFIDENCE = 0.9;

  /** Share of the range by which the best run must miss the floor, or E is read off and no law. */
  private static final double EXTRAPOLATED = 0.2;

  /** Share of that gap that half the interval may have, or any E would do. */
  private static final double NARROW = 0.2;

  /** Losses on the very same tokens carry so many nats, far below what E is known to. */
  private static final double PRINTED = 1e-3;

  /** What laws call it. */
  private static final Set<String> IRREDUCIBLE = Set.of("E", "Linf");

  /** What the floor depends on. */
  private record Place(Corpus corpus, HeldOut heldOut, int context) {}

  /**
   * @param runs of the experiment
   * @param heldOut what their losses are called
   * @param rows that the law was fitted to
   * @return empty when the corpus is not a known distribution, or the runs have several floors
   */
  static Optional<OracleComparison> of(
      List<StoredRun> runs,
      String heldOut,
      List<Observation> rows,
      FittedLaw law,
      Optional<BootstrappedLaw> bootstrapped) {
    Set<String> used = rows.stream().map(Observation::run).collect(Collectors.toSet());
    OptionalDouble floor =
        floor(runs.stream().map(StoredRun::run).filter(run -> used.contains(run.id())), heldOut);
    if (floor.isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(of(floor.getAsDouble(), rows, law, bootstrapped));
  }

  /**
   * @param floor the ideal predictor's loss, nats per token
   * @param rows that the law was fitted to
   */
  public static OracleComparison of(
      double floor, List<Observation> rows, FittedLaw law, Optional<BootstrappedLaw> bootstrapped) {
    DoubleSummaryStatistics losses =
        rows.stream().mapToDouble(Observation::loss).summaryStatistics();
    List<Parameter> parameters = law.law().parameters();
    int index = parameters.size() - 1;
    while (index >= 0 && !IRREDUCIBLE.contains(parameters.get(index).name())) {
      index--;
    }
    int irreducible = index;
    return new OracleComparison(
        floor,
        index < 0 ? Optional.empty() : Optional.of(law.theta()[index]),
        index < 0
            ? Optional.empty()
            : bootstrapped.map(boot -> boot.parameter(irreducible, CONFIDENCE)),
        losses.getMin(),
        losses.getMax() - losses.getMin());
  }

  /** The ideal predictor's loss, where all runs have the same. */
  public static OptionalDouble floor(Stream<Run> runs, String heldOut) {
    Map<Place, TrainingSpec> places = new HashMap<>();
    runs.map(Run::spec)
        .forEach(
            spec ->
                places.put(
                    new Place(spec.corpus(), spec.heldOutOf(heldOut), spec.context()), spec));
    double[] floors =
        places.values().stream().mapToDouble(spec -> floor(spec, heldOut)).distinct().toArray();
    return floors.length == 1 && Double.isFinite(floors[0])
        ? OptionalDouble.of(floors[0])
        : OptionalDouble.empty();
  }

  private static double floor(TrainingSpec spec, String heldOut) {
    try {
      return OracleLoss.of(spec, heldOut).map(OracleLoss::mean).orElse(Double.NaN);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Whether the best run is far enough above the floor for E to be foretold and not read off. */
  public boolean extrapolated() {
    return best - floor >= EXTRAPOLATED * range;
  }

  /** Whether the interval is narrow enough to say anything. */
  public boolean narrow() {
    return interval.isPresent() && halfWidth() <= NARROW * (best - floor);
  }

  /** Whether E was foretold, narrowly, and is right. */
  public boolean verified() {
    return extrapolated() && narrow() && interval.get().holds(floor);
  }

  private double halfWidth() {
    return interval.map(its -> (its.high() - its.low()) / 2).orElse(Double.NaN);
  }

  /** All of it in words. */
  public String sentence() {
    String ideal =
        "The ideal predictor’s loss on these held-out tokens is %s nats per token, the best fitted run’s %s"
            .formatted(Quantity.within(floor, PRINTED), Quantity.within(best, PRINTED));
    if (fitted.isEmpty()) {
      return ideal + "; the law has no E to compare with it.";
    }
    String e = Quantity.within(fitted.get(), halfWidth());
    if (interval.isEmpty()) {
      return ideal + "; the fitted E is " + e + ", without an error bar that could verify it.";
    }
    return "%s; the fitted E is %s [%s, %s] (%s): %s."
        .formatted(
            ideal,
            e,
            Quantity.within(interval.get().low(), halfWidth()),
            Quantity.within(interval.get().high(), halfWidth()),
            Quantity.percent(CONFIDENCE),
            verdict());
  }

  private String verdict() {
    if (verified()) {
      return "verified";
    }
    List<String> failing = new ArrayList<>();
    if (!extrapolated()) {
      failing.add(
          "the best run lies only %s of the observed range above the floor (%s is asked for)"
              .formatted(Quantity.percent((best - floor) / range), Quantity.percent(EXTRAPOLATED)));
    }
    if (!narrow()) {
      failing.add(
          "half the interval is %s of the gap between best run and floor (at most %s is allowed)"
              .formatted(Quantity.percent(halfWidth() / (best - floor)), Quantity.percent(NARROW)));
    }
    if (!interval.get().holds(floor)) {
      failing.add("the interval does not hold the floor");
    }
    return "not verified, " + String.join("; ", failing);
  }
}
