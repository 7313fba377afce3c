package kleiber.study;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;
import kleiber.estimate.Estimate;
import kleiber.estimate.PairedDifferences;
import kleiber.experiment.Branches;
import kleiber.experiment.Schedules;
import kleiber.fit.Interval;
import kleiber.fit.LawFitter;
import kleiber.laws.Observation;
import kleiber.observe.Analysis;
import kleiber.observe.Quantity;
import kleiber.run.StoredRun;
import kleiber.study.EqualLengths.Comparison;
import kleiber.study.ScheduleForetelling.Method;
import kleiber.study.StudyFigure.Point;
import kleiber.study.StudyFigure.Series;
import kleiber.study.StudyFigure.Style;
import kleiber.study.StudyTable.Cell;

/**
 * Schedules beside one another at one size: what they cost at equal length, what averaged weights
 * make up for, what a shared trunk saves, and whether a law of the learning rates (Luo et al. 2025,
 * arXiv:2503.12811; Tissue et al. 2024, arXiv:2408.11029) foretells one schedule from the others.
 */
public final class SchedulesStudy implements Study<Schedules> {
  @Override
  public Class<Schedules> plan() {
    return Schedules.class;
  }

  @Override
  public String title() {
    return "Schedules beside one another";
  }

  @Override
  public void write(Schedules plan, Analysis analysis, StudyDraft draft) {
    double confidence = analysis.experiment().fit().confidence();
    List<ScheduledRun> runs = ScheduledRun.of(analysis, draft);
    compare(new EqualLengths(runs), confidence, draft);
    saved(analysis, runs, draft);
    LawFitter fitter = new LawFitter(analysis.experiment().fit().objective());
    foretell(runs, fitter, confidence, draft);
  }

  private static void compare(EqualLengths equal, double confidence, StudyDraft draft) {
    StudyTable table =
        StudyTable.of(
            "Differences of the loss at equal length, paired by seed; nats per token",
            "Difference",
            "Tokens",
            "Seeds",
            "Mean",
            Quantity.percent(confidence) + " interval");
    List<String> found = new ArrayList<>();
    for (Comparison comparison : equal.comparisons()) {
      Map<Long, Map<String, List<Double>>> byLength = equal.differences(comparison);
      if (byLength.isEmpty()) {
        draft.note(
            "Not compared: %s; no two losses of one length and seed are there."
                .formatted(comparison.words()));
        continue;
      }
      for (Map.Entry<Long, Map<String, List<Double>>> each : byLength.entrySet()) {
        PairedDifferences at = PairedDifferences.of(each.getValue(), confidence);
        table =
            table.row(
                Cell.of(comparison.words()),
                Cell.of(Quantity.count(each.getKey()), each.getKey()),
                Cell.of(Integer.toString(at.clusters()), at.clusters()),
                Cell.of(Quantity.within(at.mean(), 0.001), at.mean()),
                Cell.of(
                    at.clusters() < 2
                        ? "one seed has none"
                        : "%s to %s"
                            .formatted(
                                Quantity.within(at.interval().low(), 0.001),
                                Quantity.within(at.interval().high(), 0.001))));
      }
      Estimate pooled = Wording.estimate(PairedDifferences.of(pooled(byLength), confidence));
      found.add("%s %s".formatted(comparison.words(), Wording.number(pooled)));
      draft.number(comparison.words(), pooled, "nats per token");
    }
    if (!found.isEmpty()) {
      draft.sentence(
          "At equal length, in nats per token over all lengths and seeds: %s."
              .formatted(String.join("; ", found)));
      draft.table(table);
    }
  }

  /** All lengths of a seed together: they share their data and are one cluster. */
  private static Map<String, List<Double>> pooled(Map<Long, Map<String, List<Double>>> byLength) {
    Map<String, List<Double>> bySeed = new TreeMap<>();
    byLength
        .values()
        .forEach(
            seeds ->
                seeds.forEach(
                    (seed, differences) ->
                        bySeed.computeIfAbsent(seed, _ -> new ArrayList<>()).addAll(differences)));
    return bySeed;
  }

  private static void saved(Analysis analysis, List<ScheduledRun> runs, StudyDraft draft) {
    Branches branches = Branches.of(runs.stream().map(ScheduledRun::run).toList());
    Map<String, StoredRun> stored =
        analysis.runs().stream().collect(Collectors.toMap(run -> run.run().id(), run -> run));
    double apart = 0;
    double together = 0;
    for (ScheduledRun run : runs) {
      double flops = stored.get(run.run().id()).checkpoints().getLast().flops();
      apart += flops;
      together += flops * branches.ownSteps().get(run.run().id()) / run.run().spec().steps();
    }
    if (together < apart) {
      draft.sentence(
          "Apart the runs cost %s FLOPs; branches that share their trunks %s, which saves %s."
              .formatted(
                  Quantity.count(apart),
                  Quantity.count(together),
                  Quantity.percent(1 - together / apart)));
      draft.number("FLOPs saved by trunks", 1 - together / apart, "share");
    }
  }

  private static void foretell(
      List<ScheduledRun> runs, LawFitter fitter, double confidence, StudyDraft draft) {
    List<String> kinds = runs.stream().map(ScheduledRun::kind).distinct().toList();
    if (kinds.size() < Schedules.TO_FORETELL) {
      draft.note("No schedule is foretold: that takes two others to fit a law to.");
      return;
    }
    List<Long> seeds = List.copyOf(new TreeSet<>(runs.stream().map(ScheduledRun::seed).toList()));
    StudyTable table =
        StudyTable.of(
            "Each schedule foretold by a law that is fitted to the others, seed by seed: mean"
                + " |error|",
            "Foretold",
            "By",
            "At its ends",
            "Interval",
            "At all its checkpoints");
    List<Series> curves = new ArrayList<>();
    for (String kind : kinds) {
      Map<Method, List<ScheduleForetelling>> byMethod = new EnumMap<>(Method.class);
      for (Method method : Method.values()) {
        List<ScheduleForetelling> its = foretold(kind, seeds, method, runs, fitter, draft);
        if (!its.isEmpty()) {
          byMethod.put(method, its);
          table = table.row(row(kind, method, its, confidence));
        }
      }
      verdict(kind, byMethod, confidence, draft);
      Optional.ofNullable(byMethod.get(Method.MULTI_POWER))
          .ifPresent(its -> curves.addAll(curves(its.getFirst(), runs, kinds.indexOf(kind))));
    }
    draft.table(table).figure(figure(curves));
  }

  private static List<ScheduleForetelling> foretold(
      String kind,
      List<Long> seeds,
      Method method,
      List<ScheduledRun> runs,
      LawFitter fitter,
      StudyDraft draft) {
    List<ScheduleForetelling> its = new ArrayList<>();
    for (long seed : seeds) {
      try {
        its.add(ScheduleForetelling.of(kind, seed, method, runs, fitter));
      } catch (IllegalArgumentException e) {
        draft.note(
            "Left out: seed %d of %s by the %s: %s"
                .formatted(seed, kind, method.words(), e.getMessage()));
      }
    }
    return its;
  }

  private static PairedDifferences mean(
      List<ScheduleForetelling> its, ToDoubleFunction<ScheduleForetelling> of, double confidence) {
    return PairedDifferences.of(
        its.stream()
            .collect(
                Collectors.toMap(
                    each -> "seed " + each.seed(), each -> List.of(of.applyAsDouble(each)))),
        confidence);
  }

  /** Mean |error| over seeds, which is not negative. */
  private static Estimate atEnds(List<ScheduleForetelling> its, double confidence) {
    PairedDifferences mean = mean(its, ScheduleForetelling::atEnds, confidence);
    Interval interval = mean.interval();
    return new Estimate(
        mean.mean(), new Interval(Math.max(0, interval.low()), interval.high(), confidence));
  }

  private static Cell[] row(
      String kind, Method method, List<ScheduleForetelling> its, double confidence) {
    Estimate ends = atEnds(its, confidence);
    PairedDifferences all = mean(its, ScheduleForetelling::atAll, confidence);
    return new Cell[] {
      Cell.of(kind),
      Cell.of(method.words()),
      Cell.of(Quantity.percent(ends.value()), ends.value()),
      Cell.of(
          its.size() < 2
              ? "one seed has none"
              : "%s to %s"
                  .formatted(
                      Quantity.percent(ends.interval().low()),
                      Quantity.percent(ends.interval().high()))),
      Cell.of(Quantity.percent(all.mean()), all.mean())
    };
  }

  private static void verdict(
      String kind,
      Map<Method, List<ScheduleForetelling>> byMethod,
      double confidence,
      StudyDraft draft) {
    List<ScheduleForetelling> law = byMethod.get(Method.MULTI_POWER);
    List<ScheduleForetelling> plain = byMethod.getOrDefault(Method.POWER_LAW, List.of());
    if (law == null) {
      return;
    }
    Estimate error = atEnds(law, confidence);
    draft.number("multi-power law's error at the ends of " + kind, error, "share of the loss");
    String foretold =
        "Fitted to the other schedules the multi-power law foretells the ends of %s within %s"
            .formatted(kind, Wording.share(error));
    Map<Long, ScheduleForetelling> plainBySeed =
        plain.stream().collect(Collectors.toMap(ScheduleForetelling::seed, Function.identity()));
    List<ScheduleForetelling> both =
        law.stream().filter(each -> plainBySeed.containsKey(each.seed())).toList();
    if (both.isEmpty()) {
      draft.sentence(foretold + ".");
      return;
    }
    PairedDifferences less =
        mean(both, each -> each.atEnds() - plainBySeed.get(each.seed()).atEnds(), confidence);
    draft.number(
        "multi-power law less power law at the ends of " + kind,
        Wording.estimate(less),
        "share of the loss");
    double plainError = mean(plain, ScheduleForetelling::atEnds, confidence).mean();
    draft.sentence(
        "%s, a power law in tokens through decayed ends within %s: %s."
            .formatted(
                foretold,
                Quantity.percent(plainError),
                !less.differs()
                    ? "the seeds do not tell them apart"
                    : less.mean() < 0
                        ? "the law of the learning rates is better"
                        : "knowing the learning rates did not help"));
  }

  /** The longest run of a schedule: measured, and foretold. */
  private static List<Series> curves(
      ScheduleForetelling foretold, List<ScheduledRun> runs, int colour) {
    List<Point> measured = new ArrayList<>();
    List<Point> dashed = new ArrayList<>();
    int at = 0;
    ScheduledRun longest = null;
    int from = 0;
    for (ScheduledRun run : runs) {
      if (run.seed() == foretold.seed() && run.kind().equals(foretold.kind())) {
        if (longest == null || run.run().spec().tokens() > longest.run().spec().tokens()) {
          longest = run;
          from = at;
        }
        at += run.own().size();
      }
    }
    for (Observation row : longest.rows()) {
      measured.add(Point.of(row.at().tokens(), row.loss()));
    }
    for (int i = 0; i < longest.own().size(); i++) {
      dashed.add(Point.of(longest.own().get(i).at().tokens(), foretold.losses().get(from + i)));
    }
    return List.of(
        new Series(foretold.kind() + ", measured", Style.LINE, colour, measured),
        new Series(foretold.kind() + ", foretold", Style.RINGS, colour, dashed));
  }

  private static StudyFigure figure(List<Series> curves) {
    return new StudyFigure(
        "schedules-foretold",
        "Schedules foretold by the others",
        new StudyFigure.Axis("tokens", true),
        new StudyFigure.Axis("loss, nats per token", false),
        curves.stream().sorted(Comparator.comparing(Series::colour)).toList(),
        "The longest run of each schedule, of the first seed. Lines: measured; rings: foretold by"
            + " the multi-power law fitted to the other schedules, at checkpoints that none of them"
            + " shares.");
  }
}
