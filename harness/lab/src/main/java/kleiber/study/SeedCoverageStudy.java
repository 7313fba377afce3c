package kleiber.study;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;
import kleiber.estimate.Estimate;
import kleiber.estimate.PairedDifferences;
import kleiber.estimate.Proportion;
import kleiber.experiment.FitPlan;
import kleiber.experiment.SeedCoverage;
import kleiber.fit.Extrapolation;
import kleiber.fit.Interval;
import kleiber.fit.LawFitter;
import kleiber.laws.Observation;
import kleiber.observe.Analysis;
import kleiber.observe.Answer;
import kleiber.observe.Foretelling;
import kleiber.observe.OracleComparison;
import kleiber.observe.Quantity;
import kleiber.study.StudyFigure.Point;
import kleiber.study.StudyFigure.Series;
import kleiber.study.StudyFigure.Style;
import kleiber.study.StudyTable.Cell;

/**
 * Bias and coverage over seeds: each seed's runs are a grid of their own that is fitted alone and
 * foretells its own largest run. Seeds are independent trials but for the text and the held-out
 * tokens, which all share. The floor is joined after the fits, which never see it.
 */
public final class SeedCoverageStudy implements Study<SeedCoverage> {
  /**
   * One seed's runs.
   *
   * @param foretold the largest run held out
   * @param oracle E beside the floor, where there are both
   */
  private record Grid(long seed, Extrapolation.Point foretold, Optional<OracleComparison> oracle) {
    double relativeError() {
      return foretold.relativeError();
    }

    double missOfE() {
      return oracle.orElseThrow().fitted().orElseThrow() - oracle.orElseThrow().floor();
    }

    Interval ofE() {
      return oracle.orElseThrow().interval().orElseThrow();
    }
  }

  @Override
  public Class<SeedCoverage> plan() {
    return SeedCoverage.class;
  }

  @Override
  public String title() {
    return "Intervals over seeds";
  }

  @Override
  public void write(SeedCoverage plan, Analysis analysis, StudyDraft draft) {
    double confidence = analysis.experiment().fit().confidence();
    List<Grid> grids = grids(analysis, draft);
    if (grids.size() < SeedCoverage.FEWEST) {
      throw new IllegalArgumentException(
          "seeds with runs enough for error bars and a run of their own to foretell: %d; how often intervals hold takes at least %d"
              .formatted(grids.size(), SeedCoverage.FEWEST));
    }
    foretold(grids, confidence, draft);
    List<Grid> known = grids.stream().filter(grid -> grid.oracle().isPresent()).toList();
    if (known.size() < SeedCoverage.FEWEST) {
      draft.note("E is compared with nothing: no known floor, or no E in the law.");
    } else {
      irreducible(known, confidence, draft);
    }
    draft.table(table(grids)).figure(figure(grids));
  }

  private static void foretold(List<Grid> grids, double confidence, StudyDraft draft) {
    Proportion held = count(grids, grid -> grid.foretold().covered());
    Estimate coverage = Wording.estimate(held, confidence);
    PairedDifferences bias = mean(grids, Grid::relativeError, confidence);
    draft.sentence(
        "The %s intervals of %d grids of one seed each held the loss that they foretold %d times, %s: %s."
            .formatted(
                Quantity.percent(confidence),
                grids.size(),
                held.successes(),
                Wording.share(coverage),
                asPromised(coverage, confidence)));
    draft.sentence(
        "The loss foretold errs by %s on average over the seeds, without its sign by %s."
            .formatted(
                Wording.share(Wording.estimate(bias)),
                Quantity.percent(
                    grids.stream()
                        .mapToDouble(grid -> Math.abs(grid.relativeError()))
                        .average()
                        .orElseThrow())));
    draft.number("coverage of the loss foretold", coverage, "share of seeds");
    draft.number("relative error of the loss foretold", Wording.estimate(bias), "share of it");
  }

  private static void irreducible(List<Grid> grids, double confidence, StudyDraft draft) {
    Proportion held = count(grids, grid -> grid.ofE().holds(grid.oracle().orElseThrow().floor()));
    Estimate coverage = Wording.estimate(held, confidence);
    PairedDifferences bias = mean(grids, Grid::missOfE, confidence);
    double scatter = deviation(grids, bias.mean());
    double half =
        grids.stream()
            .mapToDouble(grid -> (grid.ofE().high() - grid.ofE().low()) / 2)
            .average()
            .orElseThrow();
    draft.sentence(
        "E less the floor is %s nats per token on average; its %s intervals held the floor %d times, %s: %s."
            .formatted(
                Wording.number(Wording.estimate(bias)),
                Quantity.percent(OracleComparison.CONFIDENCE),
                held.successes(),
                Wording.share(coverage),
                asPromised(coverage, OracleComparison.CONFIDENCE)));
    draft.sentence(
        "From seed to seed E scatters by %s (standard deviation); half an interval is %s on average."
            .formatted(Quantity.within(scatter, scatter), Quantity.within(half, half)));
    int verified = count(grids, grid -> grid.oracle().orElseThrow().verified()).successes();
    draft.sentence(
        "E counts as verified for %d of %d seeds: it is extrapolated for %d, and its interval is narrow enough to say anything for %d."
            .formatted(
                verified,
                grids.size(),
                count(grids, grid -> grid.oracle().orElseThrow().extrapolated()).successes(),
                count(grids, grid -> grid.oracle().orElseThrow().narrow()).successes()));
    draft.number("E less the floor", Wording.estimate(bias), "nats per token");
    draft.number("coverage of E", coverage, "share of seeds");
    draft.number("standard deviation of E between seeds", scatter, "nats per token");
    draft.number("half an interval of E, mean", half, "nats per token");
    draft.number("seeds whose E is verified", verified, "");
  }

  /** Whether intervals kept what they said, as far as a share of so many seeds tells. */
  private static String asPromised(Estimate coverage, double promised) {
    if (coverage.interval().low() > promised) {
      return "more often than they promise";
    }
    return coverage.interval().high() < promised
        ? "more seldom than they promise"
        : "as they promise, as far as so many seeds can tell";
  }

  private static Proportion count(List<Grid> grids, Predicate<Grid> what) {
    return new Proportion((int) grids.stream().filter(what).count(), grids.size());
  }

  private static PairedDifferences mean(
      List<Grid> grids, ToDoubleFunction<Grid> of, double confidence) {
    return PairedDifferences.of(
        grids.stream()
            .collect(
                Collectors.toMap(
                    grid -> "seed " + grid.seed(), grid -> List.of(of.applyAsDouble(grid)))),
        confidence);
  }

  private static double deviation(List<Grid> grids, double mean) {
    double squares = grids.stream().mapToDouble(g -> Math.pow(g.missOfE() - mean, 2)).sum();
    return Math.sqrt(squares / (grids.size() - 1));
  }

  private static List<Grid> grids(Analysis analysis, StudyDraft draft) {
    FitPlan plan = analysis.experiment().fit();
    Map<Long, List<Observation>> fit = bySeed(analysis, analysis.observations().fit());
    Map<Long, List<Observation>> heldOut = bySeed(analysis, analysis.observations().heldOut());
    OptionalDouble floor =
        OracleComparison.floor(analysis.experiment().grid().stream(), plan.heldOut());
    LawFitter fitter = new LawFitter(plan.objective());
    List<Grid> grids = new ArrayList<>();
    fit.forEach(
        (seed, rows) -> {
          Foretelling foretelling =
              Foretelling.of(
                      plan.law(),
                      fitter,
                      rows,
                      heldOut.getOrDefault(seed, List.of()),
                      plan.confidence())
                  .withIntervals(fitter, plan.bootstrap());
          if (foretelling.extrapolation().isEmpty()) {
            draft.note(
                "Left out: seed %d, whose runs are too few for error bars or have none to foretell."
                    .formatted(seed));
            return;
          }
          grids.add(
              new Grid(
                  seed,
                  Answer.largest(foretelling.extrapolation().get()),
                  floor.isEmpty()
                      ? Optional.empty()
                      : Optional.of(
                              OracleComparison.of(
                                  floor.getAsDouble(),
                                  rows,
                                  foretelling.usable().orElseThrow(),
                                  foretelling.bootstrapped()))
                          .filter(oracle -> oracle.interval().isPresent())));
        });
    return grids;
  }

  private static Map<Long, List<Observation>> bySeed(Analysis analysis, List<Observation> rows) {
    Map<String, Long> seeds =
        analysis.runs().stream()
            .collect(Collectors.toMap(run -> run.run().id(), run -> run.run().spec().seed()));
    return rows.stream()
        .collect(
            Collectors.groupingBy(row -> seeds.get(row.run()), TreeMap::new, Collectors.toList()));
  }

  private static StudyTable table(List<Grid> grids) {
    StudyTable table =
        StudyTable.of(
            "Each seed’s grid, fitted alone; nats per token",
            "Seed",
            "Foretold",
            "Measured",
            "Error",
            "Inside",
            "E less floor",
            "E’s interval holds the floor");
    for (Grid grid : grids) {
      Interval its = grid.foretold().interval();
      double half = (its.high() - its.low()) / 2;
      table =
          table.row(
              Cell.of(Long.toString(grid.seed()), grid.seed()),
              Cell.of(
                  "%s [%s, %s]"
                      .formatted(
                          Quantity.within(grid.foretold().predicted(), half),
                          Quantity.within(its.low(), half),
                          Quantity.within(its.high(), half))),
              Cell.of(
                  Quantity.within(grid.foretold().measured().loss(), 0.001),
                  grid.foretold().measured().loss()),
              Cell.of(Quantity.percent(grid.relativeError()), grid.relativeError()),
              Cell.of(grid.foretold().covered() ? "yes" : "no"),
              grid.oracle().isEmpty()
                  ? Cell.of("–")
                  : Cell.of(Quantity.within(grid.missOfE(), 0.01), grid.missOfE()),
              Cell.of(
                  grid.oracle()
                      .map(oracle -> oracle.interval().get().holds(oracle.floor()) ? "yes" : "no")
                      .orElse("–")));
    }
    return table;
  }

  private static StudyFigure figure(List<Grid> grids) {
    List<Point> foretold = new ArrayList<>();
    List<Point> measured = new ArrayList<>();
    List<Point> ofE = new ArrayList<>();
    List<Point> floor = new ArrayList<>();
    for (Grid grid : grids) {
      Interval its = grid.foretold().interval();
      foretold.add(new Point(grid.seed(), grid.foretold().predicted(), its.low(), its.high()));
      measured.add(Point.of(grid.seed(), grid.foretold().measured().loss()));
      grid.oracle()
          .ifPresent(
              oracle -> {
                ofE.add(
                    new Point(
                        grid.seed(),
                        oracle.fitted().orElseThrow(),
                        grid.ofE().low(),
                        grid.ofE().high()));
                floor.add(Point.of(grid.seed(), oracle.floor()));
              });
    }
    List<Series> series = new ArrayList<>();
    series.add(new Series("foretold", Style.RINGS, 1, foretold));
    series.add(new Series("measured", Style.DOTS, -1, measured));
    if (!ofE.isEmpty()) {
      series.add(new Series("E", Style.RINGS, 0, ofE));
      series.add(new Series("floor", Style.DASHED, -1, floor));
    }
    return new StudyFigure(
        "seed-coverage",
        "What each seed’s grid foretold",
        new StudyFigure.Axis("seed", false),
        new StudyFigure.Axis("loss, nats per token", false),
        series,
        "Each seed’s runs are fitted alone. Rings: the loss foretold and the irreducible loss E"
            + " with their intervals; discs: the loss measured.");
  }
}
