package kleiber.observe;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import kleiber.experiment.Experiment;
import kleiber.experiment.FitPlan;
import kleiber.fit.BootstrappedLaw;
import kleiber.fit.Extrapolation;
import kleiber.fit.FittedLaw;
import kleiber.fit.LawFitter;
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
  public Analysis {
    runs = List.copyOf(runs);
    conventions = List.copyOf(conventions);
    gaps = List.copyOf(gaps);
  }

  /** Analyses what there is; never throws for want of runs. */
  public static Analysis of(Experiment experiment, List<StoredRun> runs) {
    FitPlan plan = experiment.fit();
    Observations observations = Observations.of(runs, plan);
    LawFitter fitter = new LawFitter(plan.objective());
    Foretelling foretelling =
        Foretelling.of(
                plan.law(), fitter, observations.fit(), observations.heldOut(), plan.confidence())
            .withIntervals(fitter, plan.bootstrap());
    return new Analysis(
        experiment,
        runs,
        observations,
        foretelling.fitted(),
        foretelling.bootstrapped(),
        foretelling.extrapolation(),
        foretelling
            .extrapolation()
            .map(extrapolation -> conventions(observations, fitter, extrapolation.law()))
            .orElse(List.of()),
        SeedNoise.of(
            runs.stream().filter(run -> plan.recipe().matches(run.run())).toList(), plan.heldOut()),
        foretelling
            .usable()
            .flatMap(
                law ->
                    OracleComparison.of(
                        runs, plan.heldOut(), observations.fit(), law, foretelling.bootstrapped())),
        gaps(observations, foretelling));
  }

  /** What its losses are told in; a law is fitted to losses of one kind alone. */
  public String unit() {
    return LossUnit.of(experiment);
  }

  /** What needs nothing but the losses. */
  public Foretelling foretelling() {
    return new Foretelling(
        observations.fit(),
        observations.heldOut(),
        experiment.fit().confidence(),
        fitted,
        bootstrapped,
        extrapolation);
  }

  /** How the law misses the rows that it was fitted to; empty when there is no law. */
  public List<Residual> residuals() {
    return foretelling().residuals();
  }

  /** How the law misses the rows held out; empty when there is no law. */
  public List<Residual> heldOutResiduals() {
    return foretelling().heldOutResiduals();
  }

  /** Mean absolute relative error over the rows fitted; NaN when there are none. */
  public double trainingError() {
    return foretelling().trainingError();
  }

  private static List<ConventionError> conventions(
      Observations observations, LawFitter fitter, FittedLaw underPlan) {
    FitPlan plan = observations.plan();
    List<ConventionError> errors = new ArrayList<>();
    for (ParameterCount.Convention params : observations.conventions()) {
      FittedLaw fitted =
          params == plan.params()
              ? underPlan
              : fitter.fit(plan.law(), observations.used(Row.Use.FIT, params));
      errors.add(ConventionError.of(params, fitted, observations.used(Row.Use.HELD_OUT, params)));
    }
    return errors;
  }

  private static List<String> gaps(Observations observations, Foretelling foretelling) {
    FitPlan.HoldOut side = observations.plan().holdOut();
    String boundary = Quantity.count(side.flopsAbove());
    List<String> gaps = new ArrayList<>();
    if (foretelling.fitted().isEmpty()) {
      gaps.add(
          "There is nothing to fit: no run of at most %s FLOPs can be used%s."
              .formatted(boundary, because(observations, flops -> !side.holdsOut(flops))));
    }
    if (observations.heldOut().isEmpty()) {
      gaps.add(
          "There is nothing to foretell: no run above %s FLOPs can be used%s."
              .formatted(boundary, because(observations, side::holdsOut)));
    }
    foretelling
        .fitted()
        .filter(law -> !foretelling.carriesErrorBars(law))
        .ifPresent(
            law ->
                gaps.add(
                    "There are no error bars: %d losses of %d runs are too few for the %d parameters of %s."
                        .formatted(
                            law.observations(),
                            foretelling.clusters(),
                            law.theta().length,
                            law.law().getClass().getSimpleName())));
    return gaps;
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
