package kleiber.report;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import kleiber.experiment.FitPlan;
import kleiber.fit.BootstrappedLaw;
import kleiber.fit.Extrapolation;
import kleiber.fit.FittedLaw;
import kleiber.fit.Identifiability;
import kleiber.fit.LawFitter;
import kleiber.fit.Resampler;
import kleiber.fit.Split;
import kleiber.laws.Law;
import kleiber.laws.Observation;
import kleiber.laws.Scale;
import kleiber.observe.Analysis;
import kleiber.observe.Foretelling;

/**
 * What figures show: an analysis, published or done again with another choice. The same code draws
 * it for a file and in a browser.
 *
 * @param identifiability of the law, where its runs can tell
 * @param refits of the law, where there is one
 */
public record Scene(
    PageData data,
    Choice choice,
    Foretelling foretelling,
    Optional<Identifiability> identifiability,
    Optional<Refits> refits) {
  private record Sides(List<Observation> fit, List<Observation> heldOut) {}

  static Scene of(Analysis analysis) {
    PageData data = PageData.of(analysis);
    return of(data, data.published(), analysis.foretelling());
  }

  /** The published analysis, from what the page has of it. */
  public static Scene published(PageData data) {
    Sides sides = sides(data, data.published());
    Law law = data.law(data.published().law());
    Optional<FittedLaw> fitted = data.fit().map(fit -> fit.fitted(law, data.objective()));
    Optional<BootstrappedLaw> boot =
        data.fit().flatMap(fit -> fit.bootstrapped(fitted.get(), sides.fit));
    return of(
        data,
        data.published(),
        new Foretelling(
            sides.fit,
            sides.heldOut,
            data.confidence(),
            fitted,
            boot,
            sides.heldOut.isEmpty()
                ? Optional.empty()
                : boot.map(
                    its -> Extrapolation.of(fitted.get(), its, sides.heldOut, data.confidence()))));
  }

  /** The law of a choice fitted to its runs, without intervals yet. */
  public static Scene refitted(PageData data, Choice choice) {
    Sides sides = sides(data, choice);
    return new Scene(
        data,
        choice,
        Foretelling.of(
            data.law(choice.law()),
            new LawFitter(data.objective()),
            sides.fit,
            sides.heldOut,
            data.confidence()),
        Optional.empty(),
        Optional.empty());
  }

  /** The same with intervals from so many resamples. */
  public Scene withIntervals(int draws) {
    return of(data, choice, foretelling.withIntervals(new LawFitter(data.objective()), draws));
  }

  /** What draws those resamples in parts; empty where the runs carry no intervals. */
  public Optional<Resampler> resampler(int draws) {
    return foretelling.resampler(new LawFitter(data.objective()), draws);
  }

  /** The same with intervals from what was drawn. */
  public Scene with(Optional<Resampler> resampler) {
    return of(data, choice, foretelling.with(resampler.map(Resampler::law)));
  }

  private static Scene of(PageData data, Choice choice, Foretelling foretelling) {
    LawFitter fitter = new LawFitter(data.objective());
    return new Scene(
        data,
        choice,
        foretelling,
        foretelling
            .usable()
            .filter(law -> foretelling.fit().size() > law.theta().length)
            .map(law -> Identifiability.of(fitter, law, foretelling.fit(), data.confidence())),
        foretelling.usable().map(law -> new Refits(fitter, law, foretelling.fit())));
  }

  private static Sides sides(PageData data, Choice choice) {
    Set<String> large = large(data, choice.flopsAbove());
    List<Observation> fit = new ArrayList<>();
    List<Observation> heldOut = new ArrayList<>();
    for (PageRun run : data.runs()) {
      if (!choice.dropped().contains(run.id())) {
        (large.contains(run.id()) ? heldOut : fit).addAll(rows(data, choice, run));
      }
    }
    return new Sides(fit, heldOut);
  }

  /** By the rule of {@link Split}, but either side may be empty. */
  private static Set<String> large(PageData data, double flopsAbove) {
    Choice published = data.published();
    Set<String> large = new HashSet<>();
    for (PageRun run : data.runs()) {
      for (int row = 0; row < run.used().length; row++) {
        if (run.used()[row] && run.flops(row, published.flops(), published.params()) > flopsAbove) {
          large.add(run.id());
        }
      }
    }
    return large;
  }

  private static List<Observation> rows(PageData data, Choice choice, PageRun run) {
    List<Observation> rows = new ArrayList<>();
    for (int row = 0; row < run.used().length; row++) {
      if (run.used()[row]) {
        Scale at =
            new Scale(
                run.params(choice.params()),
                run.tokens()[row],
                run.flops(row, choice.flops(), choice.params()),
                run.extra());
        rows.add(
            new Observation(
                run.id(),
                run.cluster(),
                data.heldOut(),
                0,
                at,
                null,
                run.losses()[row],
                run.errors()[row]));
      }
    }
    return rows;
  }

  /** Whether C means what it means on the boundary between the sides. */
  boolean countsComputeAsPublished() {
    Choice published = data.published();
    return choice.flops() == published.flops()
        && (choice.flops() == FitPlan.Flops.EXACT || choice.params() == published.params());
  }

  /** Rows that a reader has dropped. */
  List<Observation> dropped() {
    return data.runs().stream()
        .filter(run -> choice.dropped().contains(run.id()))
        .flatMap(run -> rows(data, choice, run).stream())
        .toList();
  }

  double params(PageRun run) {
    return run.params(choice.params());
  }

  Sizes sizes() {
    return new Sizes(
        data.runs().stream().map(run -> (long) params(run)).distinct().sorted().toList());
  }

  /** Runs that are foretold. */
  Set<String> heldOutRuns() {
    return foretelling.heldOut().stream().map(Observation::run).collect(Collectors.toSet());
  }

  List<Extrapolation.Point> foretold() {
    return foretelling.extrapolation().map(Extrapolation::points).orElse(List.of());
  }
}
