package kleiber.study;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;
import kleiber.estimate.PairedDifferences;
import kleiber.experiment.Checkpoints;
import kleiber.experiment.FitPlan;
import kleiber.fit.FittedLaw;
import kleiber.fit.LawFitter;
import kleiber.fit.Outcome;
import kleiber.fit.ScaleAxis;
import kleiber.laws.Observation;
import kleiber.observe.Analysis;
import kleiber.observe.Observations;
import kleiber.observe.Quantity;
import kleiber.observe.Row;
import kleiber.study.StudyTable.Cell;

/**
 * The law fitted twice to the same small runs, to all their checkpoints after the warm-up and to
 * their last losses alone, and asked for the last losses of the larger ones. A case is a seed and a
 * boundary between small and large, by compute or by size; the cases of one seed share most of
 * their runs and so are one cluster. Choshen et al. 2024 (arXiv:2410.11840) find all checkpoints
 * the better, over many model families.
 */
public final class CheckpointsStudy implements Study<Checkpoints> {
  /** What compute grows by from one boundary to the next: closer ones are nearly the same case. */
  private static final double APART = 2 * (1 - 1e-9);

  /** Below this many cases, or so many clusters, nothing is concluded. */
  private static final int FEWEST_CASES = 10;

  private static final int FEWEST_CLUSTERS = 3;

  /** The name of the table of cases, and of the column that others pool. */
  public static final String CASES = "Cases: a seed’s runs up to a boundary, and the larger ones";

  public static final String DIFFERENCE = "All less last";

  /**
   * One case.
   *
   * @param axis that the boundary lies on
   * @param all mean |relative error| of the law of all checkpoints over the runs beyond
   * @param last the same of the law of last losses
   */
  private record Case(
      long seed, ScaleAxis axis, double boundary, int fitted, int beyond, double all, double last) {
    double difference() {
      return all - last;
    }
  }

  /** The runs of one seed: the rows of each, and its last. */
  private record Runs(Map<String, List<Observation>> rows, Map<String, Observation> last) {}

  @Override
  public Class<Checkpoints> plan() {
    return Checkpoints.class;
  }

  @Override
  public String title() {
    return "All checkpoints or the last";
  }

  @Override
  public void write(Checkpoints plan, Analysis analysis, StudyDraft draft) {
    FitPlan fit = analysis.experiment().fit();
    List<Case> cases = new ArrayList<>();
    runs(analysis)
        .forEach(
            (seed, runs) -> {
              // A boundary of size may divide the runs as one of compute does.
              Set<List<Observation>> known = new HashSet<>();
              for (ScaleAxis axis : List.of(ScaleAxis.FLOPS, ScaleAxis.PARAMS)) {
                cases.addAll(cases(seed, axis, runs, known, fit, draft));
              }
            });
    if (cases.isEmpty()) {
      throw new IllegalArgumentException(
          "no seed has more small runs than %s has parameters, of three sizes and three lengths, and a larger run to foretell"
              .formatted(fit.law().getClass().getSimpleName()));
    }
    PairedDifferences differences =
        PairedDifferences.of(
            cases.stream()
                .collect(
                    Collectors.groupingBy(
                        each -> "seed " + each.seed,
                        LinkedHashMap::new,
                        Collectors.mapping(Case::difference, Collectors.toList()))),
            fit.confidence());
    answer(cases, differences, draft);
    draft.table(table(cases));
  }

  private static void answer(List<Case> cases, PairedDifferences differences, StudyDraft draft) {
    double all = overSeeds(cases, Case::all);
    double last = overSeeds(cases, Case::last);
    draft.sentence(
        "Fitted to all checkpoints after the warm-up the law errs by %s on larger runs, fitted to last losses alone by %s: a paired difference of %s over %d cases of %d seeds%s."
            .formatted(
                Quantity.percent(all),
                Quantity.percent(last),
                Wording.share(Wording.estimate(differences)),
                differences.cases(),
                differences.clusters(),
                verdict(differences)));
    draft.sentence(
        "Cases of one seed share runs, so the interval is made of seeds: the %d cases are worth %s independent ones%s."
            .formatted(
                differences.cases(),
                Quantity.significant(differences.effectiveCases(), 2),
                counts(differences)
                    ? ""
                    : ", too few or too much alike to count by themselves; pooled with other"
                        + " corpora they may"));
    draft.number("error, all checkpoints", all, "share of the loss");
    draft.number("error, last losses", last, "share of the loss");
    draft.number("all less last", Wording.estimate(differences), "share of the loss");
    draft.number("cases", differences.cases(), "");
    draft.number("worth independent cases", differences.effectiveCases(), "");
  }

  /** The mean of the seeds' means, as the difference is. */
  private static double overSeeds(List<Case> cases, ToDoubleFunction<Case> of) {
    return cases.stream()
        .collect(Collectors.groupingBy(Case::seed, Collectors.averagingDouble(of)))
        .values()
        .stream()
        .mapToDouble(mean -> mean)
        .average()
        .orElseThrow();
  }

  private static boolean counts(PairedDifferences differences) {
    return differences.clusters() >= FEWEST_CLUSTERS
        && differences.effectiveCases() >= FEWEST_CASES;
  }

  private static String verdict(PairedDifferences differences) {
    if (!counts(differences) || !differences.differs()) {
      return ", which tells neither from the other";
    }
    return differences.mean() < 0 ? "; all checkpoints are better" : "; last losses are better";
  }

  private static Map<Long, Runs> runs(Analysis analysis) {
    FitPlan plan = analysis.experiment().fit();
    Map<String, Long> seeds =
        analysis.runs().stream()
            .collect(Collectors.toMap(run -> run.run().id(), run -> run.run().spec().seed()));
    Map<Long, Runs> bySeed = new TreeMap<>();
    used(analysis, plan.of(FitPlan.Selection.LAST))
        .forEach(row -> of(bySeed, seeds.get(row.run())).last().put(row.run(), row));
    used(analysis, plan.of(FitPlan.Selection.ALL_AFTER_WARMUP)).stream()
        .filter(row -> of(bySeed, seeds.get(row.run())).last().containsKey(row.run()))
        .forEach(
            row ->
                of(bySeed, seeds.get(row.run()))
                    .rows()
                    .computeIfAbsent(row.run(), _ -> new ArrayList<>())
                    .add(row));
    return bySeed;
  }

  private static Runs of(Map<Long, Runs> bySeed, long seed) {
    return bySeed.computeIfAbsent(
        seed, _ -> new Runs(new LinkedHashMap<>(), new LinkedHashMap<>()));
  }

  /** Rows on either side of the experiment's own boundary, under its conventions. */
  private static List<Observation> used(Analysis analysis, FitPlan plan) {
    return Observations.of(analysis.runs(), plan).rows().stream()
        .filter(row -> row.use() == Row.Use.FIT || row.use() == Row.Use.HELD_OUT)
        .map(row -> row.under(plan.flops(), plan.params()))
        .toList();
  }

  private static List<Case> cases(
      long seed,
      ScaleAxis axis,
      Runs runs,
      Set<List<Observation>> known,
      FitPlan plan,
      StudyDraft draft) {
    TreeSet<Double> boundaries = new TreeSet<>();
    runs.last.values().forEach(row -> boundaries.add(axis.of(row.at())));
    boundaries.pollLast();
    List<Case> cases = new ArrayList<>();
    double before = 0;
    for (double boundary : boundaries) {
      Map<Boolean, List<Observation>> sides =
          runs.last.values().stream()
              .collect(Collectors.partitioningBy(row -> axis.of(row.at()) > boundary));
      List<Observation> small = sides.get(false);
      if (boundary >= APART * before && Checkpoints.enough(small, plan.law()) && known.add(small)) {
        Optional<Case> made = of(seed, axis, boundary, runs, sides, plan);
        made.ifPresentOrElse(
            cases::add,
            () ->
                draft.note(
                    "Left out: seed %d up to %s = %s, where a fit found no optimum."
                        .formatted(seed, axis.symbol(), Quantity.count(boundary))));
        before = axis == ScaleAxis.FLOPS ? boundary : 0;
      }
    }
    return cases;
  }

  private static Optional<Case> of(
      long seed,
      ScaleAxis axis,
      double boundary,
      Runs runs,
      Map<Boolean, List<Observation>> sides,
      FitPlan plan) {
    Set<String> small = sides.get(false).stream().map(Observation::run).collect(Collectors.toSet());
    List<Observation> checkpoints =
        runs.rows.entrySet().stream()
            .filter(run -> small.contains(run.getKey()))
            .flatMap(run -> run.getValue().stream())
            .toList();
    LawFitter fitter = new LawFitter(plan.objective());
    FittedLaw all = fitter.fit(plan.law(), checkpoints);
    FittedLaw last = fitter.fit(plan.law(), sides.get(false));
    if (all.outcome() == Outcome.FAILED || last.outcome() == Outcome.FAILED) {
      return Optional.empty();
    }
    List<Observation> beyond = sides.get(true);
    return Optional.of(
        new Case(
            seed,
            axis,
            boundary,
            small.size(),
            beyond.size(),
            error(all, beyond),
            error(last, beyond)));
  }

  private static double error(FittedLaw law, List<Observation> rows) {
    return rows.stream()
        .mapToDouble(row -> Math.abs(law.loss(row.at()) / row.loss() - 1))
        .average()
        .orElseThrow();
  }

  private static StudyTable table(List<Case> cases) {
    StudyTable table =
        StudyTable.of(
            CASES,
            "Seed",
            "Boundary",
            "Runs fitted",
            "Runs beyond",
            "Error, all checkpoints",
            "Error, last losses",
            DIFFERENCE);
    for (Case each : cases) {
      table =
          table.row(
              Cell.of(Long.toString(each.seed), each.seed),
              Cell.of("%s = %s".formatted(each.axis.symbol(), Quantity.count(each.boundary))),
              Cell.of(Integer.toString(each.fitted), each.fitted),
              Cell.of(Integer.toString(each.beyond), each.beyond),
              Cell.of(Quantity.percent(each.all), each.all),
              Cell.of(Quantity.percent(each.last), each.last),
              Cell.of(Quantity.percent(each.difference()), each.difference()));
    }
    return table;
  }
}
