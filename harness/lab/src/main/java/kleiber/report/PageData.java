package kleiber.report;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import kleiber.experiment.Catalogue;
import kleiber.experiment.FitPlan;
import kleiber.fit.Objective;
import kleiber.laws.Law;
import kleiber.laws.Typical;
import kleiber.observe.Analysis;
import kleiber.observe.Row;
import kleiber.run.StoredRun;
import kleiber.train.TrainingSpec;

/**
 * Everything that a page is drawn from and fitted to again: the runs with their losses, and the
 * analysis that was published. {@link PageJson} writes it into the page.
 *
 * @param heldOut name of the held-out set
 * @param unit of the losses on it
 * @param confidence of intervals
 * @param draws resamples of the published intervals
 * @param laws that can be chosen, the published one first
 * @param schedules the different shapes of learning-rate schedules
 * @param fit the published fit, where there is one
 */
public record PageData(
    String heldOut,
    String unit,
    double confidence,
    int draws,
    Objective objective,
    List<Law> laws,
    Choice published,
    List<PageRun> runs,
    List<ScheduleShape> schedules,
    Optional<PublishedFit> fit) {
  public PageData {
    laws = List.copyOf(laws);
    runs = List.copyOf(runs);
    schedules = List.copyOf(schedules);
  }

  /** What a page of the analysis has. */
  public static PageData of(Analysis analysis) {
    FitPlan plan = analysis.experiment().fit();
    return new PageData(
        plan.heldOut(),
        analysis.unit(),
        plan.confidence(),
        plan.bootstrap(),
        plan.objective(),
        laws(plan.law()),
        new Choice(
            plan.law().getClass().getSimpleName(),
            plan.params(),
            plan.flops(),
            plan.holdOut().flopsAbove(),
            Set.of()),
        runs(analysis),
        ScheduleShape.of(analysis.runs()),
        PublishedFit.of(analysis));
  }

  Law law(String name) {
    return laws.stream()
        .filter(law -> law.getClass().getSimpleName().equals(name))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("the page offers no law '" + name + "'"));
  }

  /**
   * The law of a plan, and those of its package that need no settings, read nothing that runs do
   * not have, and treat repeated tokens alike: which rows count depends on that.
   */
  private static List<Law> laws(Law own) {
    List<Law> laws = new ArrayList<>(List.of(own));
    for (Class<?> type : Catalogue.of(Law.class).values()) {
      if (type != own.getClass()
          && type.isRecord()
          && type.getRecordComponents().length == 0
          && instance(type) instanceof Typical law
          && law.readsSizeAlone()
          && law.modelsRepetition() == own.modelsRepetition()) {
        laws.add(law);
      }
    }
    return laws;
  }

  private static Object instance(Class<?> type) {
    try {
      return type.getConstructor().newInstance();
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("cannot make a " + type, e);
    }
  }

  private static List<PageRun> runs(Analysis analysis) {
    Map<String, List<Row>> rows = new LinkedHashMap<>();
    for (Row row : analysis.observations().rows()) {
      if (row.heldOut().equals(analysis.experiment().fit().heldOut())) {
        rows.computeIfAbsent(row.run(), any -> new ArrayList<>()).add(row);
      }
    }
    Map<TrainingSpec, Integer> cells = new HashMap<>();
    List<PageRun> runs = new ArrayList<>();
    for (StoredRun run : analysis.runs()) {
      List<Row> its = rows.get(run.run().id());
      if (its != null) {
        TrainingSpec cell = run.run().spec().withSeed(0);
        cells.putIfAbsent(cell, cells.size());
        runs.add(run(its, cells.get(cell)));
      }
    }
    return runs;
  }

  private static PageRun run(List<Row> rows, int cell) {
    Row last = rows.getLast();
    boolean[] used = new boolean[rows.size()];
    for (int i = 0; i < used.length; i++) {
      used[i] = rows.get(i).isUsed();
    }
    double[] params = new double[last.params().size()];
    last.params().forEach((convention, count) -> params[convention.ordinal()] = count);
    return new PageRun(
        last.run(),
        last.cluster(),
        last.state(),
        cell,
        last.schedule().peak(),
        last.tokensPerStep(),
        params,
        last.exactFlops() / last.tokens(),
        last.uniqueTokens(),
        last.axes(),
        rows.stream().mapToDouble(Row::tokens).toArray(),
        rows.stream().mapToDouble(Row::loss).toArray(),
        rows.stream().mapToDouble(Row::standardError).toArray(),
        used);
  }
}
