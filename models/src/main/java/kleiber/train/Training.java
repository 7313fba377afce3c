package kleiber.train;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import kleiber.engine.Step;

/** The steps of a cohort's training. */
final class Training {
  private final TrainingSpec shape;
  private final Facts facts;
  private final String numerics;
  private final Models models;
  private final Scores scores;
  private final StopSignal stop;
  private final Trainer.Log log;
  private Ahead ahead = Ahead.NOTHING;

  /** The batch of the step that follows, if these are still the lineages then. */
  private record Ahead(List<Lineage> lineages, Batch batch) {
    static final Ahead NOTHING = new Ahead(List.of(), null);
  }

  /**
   * @param shape any member's spec, for what all have in common
   * @param numerics the numeric mode, for snapshots
   * @param models as the lineages number them
   */
  Training(
      TrainingSpec shape,
      Facts facts,
      String numerics,
      Models models,
      Scores scores,
      StopSignal stop,
      Trainer.Log log) {
    this.shape = shape;
    this.facts = facts;
    this.numerics = numerics;
    this.models = models;
    this.scores = scores;
    this.stop = stop;
    this.log = log;
  }

  /**
   * Trains until no member is left, or stopped: then with a snapshot.
   *
   * @param done steps done already; what follows from the last of them may still have to be told
   */
  void run(List<Lineage> lineages, long done) {
    long step = done;
    boolean concluded = step == 0 || conclude(lineages, step);
    while (concluded && !stop.stopped()) {
      lineages = next(lineages, step + 1);
      if (lineages.isEmpty()) {
        return;
      }
      step++;
      step(lineages, step);
      if (log.snapshotDue()) {
        save(lineages, step);
      }
      concluded = conclude(lineages, step);
    }
    if (step > 0) {
      save(lineages, step);
    }
  }

  /** Tells what follows from a step: rows, and ends of members; false if stopped before. */
  private boolean conclude(List<Lineage> lineages, long step) {
    if (!checkpoint(lineages, step)) {
      return false;
    }
    for (Lineage lineage : lineages) {
      lineage.finish(step, () -> models.weights(lineage.model()));
    }
    return true;
  }

  /** Gives the log a snapshot of the members that still train, if there are any. */
  private void save(List<Lineage> lineages, long step) {
    List<Snapshot.State> states = new ArrayList<>();
    List<Integer> saved = new ArrayList<>();
    for (Lineage lineage : lineages) {
      List<Snapshot.State> own = lineage.states(saved.size());
      if (!own.isEmpty()) {
        states.addAll(own);
        saved.add(lineage.model());
      }
    }
    if (!states.isEmpty()) {
      int[] numbers = saved.stream().mapToInt(Integer::intValue).toArray();
      log.snapshot(new Snapshot(numerics, facts, step, states, models.tensors(numbers)));
    }
  }

  /** The lineages of a step: forked where members part, without those that have ended. */
  private List<Lineage> next(List<Lineage> lineages, long step) {
    List<Lineage> forked = new ArrayList<>();
    lineages.forEach(lineage -> forked.addAll(lineage.fork(step)));
    int[] sources = forked.stream().mapToInt(Lineage::model).toArray();
    boolean asBefore =
        sources.length == models.size()
            && IntStream.range(0, sources.length).allMatch(m -> sources[m] == m);
    if (asBefore || forked.isEmpty()) {
      return forked;
    }
    models.rearrange(sources);
    return IntStream.range(0, sources.length).mapToObj(m -> forked.get(m).on(m)).toList();
  }

  /** Reads what the next step is most likely taken on while this one may still be at work. */
  private void step(List<Lineage> lineages, long step) {
    double[] fractions =
        lineages.stream().mapToDouble(lineage -> lineage.any().fractionOfPeak(step)).toArray();
    List<Optimizer> optimizers = lineages.stream().map(each -> each.any().optimizer()).toList();
    Batch batch = ahead.lineages.equals(lineages) ? ahead.batch : read(lineages, step);
    Supplier<Step.Outcome> taken = models.step(batch, step, optimizers, fractions);
    ahead = Ahead.NOTHING;
    if (lineages.stream().allMatch(lineage -> lineage.goesOn(step))) {
      ahead = new Ahead(lineages, read(lineages, step + 1));
      models.expect(ahead.batch);
    }
    Step.Outcome outcome = taken.get();
    for (int m = 0; m < lineages.size(); m++) {
      lineages.get(m).note(step, outcome.losses()[m], outcome.norms()[m]);
    }
  }

  private Batch read(List<Lineage> lineages, long step) {
    int ids = Math.toIntExact(lineages.size() * shape.tokensPerStep());
    Batch batch = new Batch(new int[ids], new int[ids]);
    for (Lineage lineage : lineages) {
      lineage.any().read(step, lineage.model(), batch.inputs_MxBxT(), batch.targets_MxBxT());
    }
    return batch;
  }

  /** Scores the members that are due, and logs their rows; false if stopped. */
  private boolean checkpoint(List<Lineage> lineages, long step) {
    List<Lineage> due = lineages.stream().filter(lineage -> lineage.due(step)).toList();
    if (due.isEmpty()) {
      return true;
    }
    int[] theirs = due.stream().mapToInt(Lineage::model).toArray();
    Optional<List<Scores.Row>> rows = scores.of(models, theirs);
    for (int m = 0; m < due.size() && rows.isPresent(); m++) {
      Scores.Row row = rows.get().get(m);
      due.get(m).checkpoint(step, row.losses(), row.evaluations());
    }
    return rows.isPresent();
  }
}
