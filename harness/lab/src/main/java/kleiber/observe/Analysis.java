package kleiber.observe;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import kleiber.experiment.Experiment;
import kleiber.experiment.FitPlan;
import kleiber.fit.Bootstrap;
import kleiber.fit.BootstrappedLaw;
import kleiber.fit.Extrapolation;
import kleiber.fit.FittedLaw;
import kleiber.fit.LawFitter;
import kleiber.fit.Outcome;
import kleiber.laws.Observation;
import kleiber.models.ParameterCount;
import kleiber.run.StoredRun;

/**
 * What an experiment's logs say: the law fitted to its small runs, its intervals, and how well it
 * foretold the runs held out. What could not be had is absent, with a sentence in {@code gaps}.
 *
 * @param runs of the experiment, in its order, as they are stored
 * @param observations their rows, sorted by use
 * @param fitted the law, when there was something to fit
 * @param bootstrapped its spread over resamples by whole runs, when there are enough
 * @param extrapolation predictions of the held-out rows against what was measured
 * @param conventions the held-out error under every meaning of N; empty when nothing was predicted
 * @param seedNoise when some settings were run with several seeds
 * @param oracle the law's E beside the floor, where the corpus's distribution is known
 * @param gaps what is missing, in sentences
 */
public record Analysis(
    Experiment experiment,
    List<StoredRun> runs,
    Observations observations,
    Optional<FittedLaw> fitted,
    Optional<BootstrappedLaw> bootstrapped,
    Optional<Extrapolation> extrapolation,
    List<ConventionError> conventions,
    Optional<SeedNoise> seedNoise,
    Optional<OracleComparison> oracle,
    List<String> gaps) {
  /** The bootstrap draws the same resamples every time. */
  private static final long BOOTSTRAP_SEED = 1;

  public Analysis {
    runs = List.copyOf(runs);
    conventions = List.copyOf(conventions);
    gaps = List.copyOf(gaps);
  }

  /** Analyses what there is; never throws for want of runs. */
  public static Analysis of(Experiment experiment, List<StoredRun> runs) {
    FitPlan plan = experiment.fit();
    Observations observations = Observations.of(runs, plan);
    List<Observation> small = observations.fit();
    List<Observation> large = observations.heldOut();
    LawFitter fitter = new LawFitter(plan.objective());

    Optional<FittedLaw> fitted =
        small.isEmpty() ? Optional.empty() : Optional.of(fitter.fit(plan.law(), small));
    Optional<FittedLaw> usable = fitted.filter(law -> law.outcome() != Outcome.FAILED);
    Optional<BootstrappedLaw> bootstrapped =
        usable
            .filter(law -> carriesErrorBars(small, law))
            .map(law -> bootstrap(plan).run(law, small));
    Optional<Extrapolation> extrapolation =
        large.isEmpty()
            ? Optional.empty()
            : bootstrapped.map(
                boot -> Extrapolation.of(usable.get(), boot, large, plan.confidence()));
    return new Analysis(
        experiment,
        runs,
        observations,
        fitted,
        bootstrapped,
        extrapolation,
        extrapolation.isPresent() ? conventions(observations, fitter, usable.get()) : List.of(),
        SeedNoise.of(runs, plan.heldOut()),
        usable.flatMap(law -> OracleComparison.of(runs, plan.heldOut(), small, law, bootstrapped)),
        gaps(observations, fitted));
  }

  /** The bootstrap of a plan. */
  static Bootstrap bootstrap(FitPlan plan) {
    return new Bootstrap(new LawFitter(plan.objective()), plan.bootstrap(), BOOTSTRAP_SEED);
  }

  /** How the law misses the rows that it was fitted to; empty when there is no law. */
  public List<Residual> residuals() {
    return residuals(observations.fit());
  }

  /** How the law misses the rows held out; empty when there is no law. */
  public List<Residual> heldOutResiduals() {
    return residuals(observations.heldOut());
  }

  private List<Residual> residuals(List<Observation> rows) {
    return fitted
        .filter(law -> law.outcome() != Outcome.FAILED)
        .map(law -> rows.stream().map(row -> new Residual(row, law.loss(row.at()))).toList())
        .orElse(List.of());
  }

  /** Mean absolute relative error over the rows fitted; NaN when there are none. */
  public double trainingError() {
    return residuals().stream()
        .mapToDouble(residual -> Math.abs(residual.relativeError()))
        .average()
        .orElse(Double.NaN);
  }

  private static List<ConventionError> conventions(
      Observations observations, LawFitter fitter, FittedLaw underPlan) {
    FitPlan plan = observations.plan();
    List<ConventionError> errors = new ArrayList<>();
    for (ParameterCount.Convention params : ParameterCount.Convention.values()) {
      FittedLaw fitted =
          params == plan.params()
              ? underPlan
              : fitter.fit(plan.law(), observations.used(Row.Use.FIT, params));
      errors.add(ConventionError.of(params, fitted, observations.used(Row.Use.HELD_OUT, params)));
    }
    return errors;
  }

  private static List<String> gaps(Observations observations, Optional<FittedLaw> fitted) {
    FitPlan.HoldOut side = observations.plan().holdOut();
    String boundary = Quantity.count(side.flopsAbove());
    List<String> gaps = new ArrayList<>();
    if (fitted.isEmpty()) {
      gaps.add(
          "There is nothing to fit: no run of at most %s FLOPs can be used%s."
              .formatted(boundary, because(observations, flops -> !side.holdsOut(flops))));
    }
    if (observations.heldOut().isEmpty()) {
      gaps.add(
          "There is nothing to foretell: no run above %s FLOPs can be used%s."
              .formatted(boundary, because(observations, side::holdsOut)));
    }
    fitted
        .filter(law -> !carriesErrorBars(observations.fit(), law))
        .ifPresent(
            law ->
                gaps.add(
                    "There are no error bars: %d losses of %d runs are too few for the %d parameters of %s."
                        .formatted(
                            law.observations(),
                            clusters(observations.fit()),
                            law.theta().length,
                            law.law().getClass().getSimpleName())));
    return gaps;
  }

  /** Whether there is anything left, after the parameters, to measure the noise with. */
  private static boolean carriesErrorBars(List<Observation> fit, FittedLaw law) {
    return clusters(fit) > 1 && fit.size() > law.theta().length;
  }

  private static long clusters(List<Observation> rows) {
    return rows.stream().map(Observation::cluster).distinct().count();
  }

  /** What became of the runs on one side of the boundary. */
  private static String because(Observations observations, Predicate<Double> side) {
    List<String> reasons =
        observations.exclusions().stream()
            .filter(Exclusion::wholeRun)
            .filter(
                out -> out.plannedFlops().isEmpty() || side.test(out.plannedFlops().getAsDouble()))
            .map(out -> "run " + out.run() + ": " + out.reason())
            .distinct()
            .toList();
    if (reasons.isEmpty()) {
      return "; the grid has none";
    }
    String more = reasons.size() > 3 ? "; and " + (reasons.size() - 3) + " more" : "";
    return " (" + String.join("; ", reasons.subList(0, Math.min(3, reasons.size()))) + more + ")";
  }
}
