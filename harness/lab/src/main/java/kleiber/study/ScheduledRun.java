package kleiber.study;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import kleiber.experiment.FitPlan;
import kleiber.experiment.Run;
import kleiber.experiment.Schedules;
import kleiber.laws.LearningRates;
import kleiber.laws.Observation;
import kleiber.laws.Trajectory;
import kleiber.observe.Analysis;
import kleiber.observe.Row;
import kleiber.train.Constant;

/**
 * One of several runs that differ in schedule, length and seed alone, with the losses of its
 * checkpoints after the warm-up.
 *
 * @param rows all of them, each with its learning rates so far
 * @param own those that no run before it in the list has too: a trunk's belong to the run that
 *     stays on it, where there is one
 * @param averaged losses of averaged weights by step; empty where none were kept
 */
record ScheduledRun(
    Run run, List<Observation> rows, List<Observation> own, Map<Long, Double> averaged) {
  /** What a training's averaged weights get is logged under the held-out set's name and this. */
  private static final String AVERAGED = ".average";

  /**
   * Done runs of one setting: of that with the most schedules.
   *
   * @throws IllegalArgumentException when no setting was run with two schedules
   */
  static List<ScheduledRun> of(Analysis analysis, StudyDraft draft) {
    List<FinalLoss> done =
        FinalLoss.of(analysis).stream().filter(run -> !run.run().probe()).toList();
    List<FinalLoss> cell =
        FinalLoss.cells(done, Schedules.VARIES.toArray(String[]::new)).stream()
            .max(Comparator.comparingLong(ScheduledRun::kinds).thenComparingInt(List::size))
            .filter(most -> kinds(most) > 1)
            .orElseThrow(
                () -> new IllegalArgumentException("no model was trained by two schedules"));
    if (cell.size() < done.size()) {
      draft.note(
          "Left out: %d runs of other settings than the %d that differ in their schedule alone."
              .formatted(done.size() - cell.size(), cell.size()));
    }
    List<Run> runs =
        cell.stream()
            .map(FinalLoss::run)
            .sorted(
                Comparator.comparing((Run run) -> !(run.spec().schedule() instanceof Constant))
                    .thenComparing(ScheduledRun::kind)
                    .thenComparing(run -> run.spec().tokens())
                    .thenComparing(run -> run.spec().seed()))
            .toList();
    FitPlan plan = analysis.experiment().fit();
    Map<String, List<Row>> rows =
        analysis.observations().rows().stream()
            .filter(row -> row.tokens() > row.schedule().warmupTokens())
            .collect(Collectors.groupingBy(Row::run));
    List<ScheduledRun> scheduled = new ArrayList<>();
    for (int i = 0; i < runs.size(); i++) {
      scheduled.add(of(runs.get(i), runs.subList(0, i), rows.get(runs.get(i).id()), plan));
    }
    return scheduled;
  }

  private static ScheduledRun of(Run run, List<Run> before, List<Row> logged, FitPlan plan) {
    LearningRates history = RateHistory.of(run.spec());
    long shared =
        before.stream().mapToLong(other -> run.spec().sharedSteps(other.spec())).max().orElse(0);
    List<Observation> rows = new ArrayList<>();
    Map<Long, Double> averaged = new HashMap<>();
    for (Row row : logged) {
      if (row.heldOut().equals(plan.heldOut())) {
        rows.add(along(history, row.under(plan.flops(), plan.params())));
      } else if (row.heldOut().equals(plan.heldOut() + AVERAGED)) {
        averaged.put(row.step(), row.loss());
      }
    }
    return new ScheduledRun(
        run, rows, rows.stream().filter(row -> row.step() > shared).toList(), averaged);
  }

  private static Observation along(LearningRates history, Observation row) {
    Trajectory schedule = row.schedule();
    return new Observation(
        row.run(),
        row.cluster(),
        row.heldOut(),
        row.step(),
        row.at(),
        new Trajectory(
            schedule.schedule(),
            schedule.peak(),
            schedule.warmupTokens(),
            schedule.totalTokens(),
            schedule.fractionOfPeak(),
            Optional.of(history.until(row.step()))),
        row.loss(),
        row.standardError());
  }

  private static long kinds(List<FinalLoss> runs) {
    return runs.stream().map(run -> kind(run.run())).distinct().count();
  }

  private static String kind(Run run) {
    return run.spec().schedule().getClass().getSimpleName();
  }

  /** The schedule's type. */
  String kind() {
    return kind(run);
  }

  long seed() {
    return run.spec().seed();
  }

  /** Whether a row is the run's last. */
  boolean ends(Observation row) {
    return row.step() == run.spec().steps();
  }
}
