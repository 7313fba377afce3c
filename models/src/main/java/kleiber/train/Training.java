package kleiber.train;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/** The steps of a cohort's training. */
final class Training {
  private final TrainingSpec shape;
  private final Facts facts;
  private final String numerics;
  private final Models models;
  private final Scores scores;
  private final StopSignal stop;
  private final Trainer.Log log;

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

  private void step(List<Lineage> lineages, long step) {
    int count = lineages.size();
    int[] inputs_MxBxT = new int[Math.toIntExact(count * shape.tokensPerStep())];
    int[] targets_MxBxT = new int[inputs_MxBxT.length];
    for (Lineage lineage : lineages) {
      lineage.any().read(step, lineage.model(), inputs_MxBxT, targets_MxBxT);
    }
    double[] norms = models.gradients(inputs_MxBxT, targets_MxBxT);
    double[] losses = models.meanLosses();
    boolean[] active = new boolean[count];
    double[] fractions = new double[count];
    List<Optimizer> optimizers = new ArrayList<>();
    for (int m = 0; m < count; m++) {
      Lineage lineage = lineages.get(m);
      active[m] = lineage.takes(step, losses[m], norms[m]);
      fractions[m] = lineage.any().fractionOfPeak(step);
      optimizers.add(lineage.any().optimizer());
    }
    models.update(step, active, optimizers, fractions, norms);
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
