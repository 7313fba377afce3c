package kleiber.run;

import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import kleiber.experiment.Run;
import kleiber.train.Checkpoint;

/** Adds up what the workers do, and passes it on to the one who watches, one call at a time. */
final class Overview {
  private final Progress progress;
  private final Map<String, Double> flops;
  private final Map<String, Double> shares = new HashMap<>();
  private final Map<String, StoredRun.State> ended = new HashMap<>();
  private double flopsDone;

  /**
   * @param flops left to do for each pending run, by id; steps that runs share count once
   */
  Overview(Progress progress, Map<String, Double> flops) {
    this.progress = progress;
    this.flops = Map.copyOf(flops);
  }

  /** FLOPs left to do for a pending run. */
  double flops(Run run) {
    return flops.get(run.id());
  }

  synchronized void planned(int finished, List<Run> pending, double saved) {
    double total = pending.stream().mapToDouble(run -> flops.get(run.id())).sum();
    progress.planned(finished, pending, total, saved);
  }

  synchronized void unreadable(Run run, String reason) {
    progress.unreadable(run, reason);
  }

  synchronized void started(Run run) {
    progress.started(run);
  }

  synchronized void resumed(Run run, long step) {
    progress.resumed(run, step);
    advanced(run, (double) step / run.spec().steps());
  }

  synchronized void notResumed(Run run, String reason) {
    progress.notResumed(run, reason);
  }

  synchronized void notSaved(Run run, String reason) {
    progress.notSaved(run, reason);
  }

  synchronized void advanced(Run run, double share) {
    double before = Optional.ofNullable(shares.put(run.id(), share)).orElse(0.0);
    flopsDone += (share - before) * flops.get(run.id());
    progress.advanced(run, share, flopsDone);
  }

  synchronized void checkpoint(Run run, Checkpoint checkpoint) {
    progress.checkpoint(run, checkpoint);
  }

  synchronized void ended(Run run, StoredRun.State state, Optional<String> reason) {
    ended.put(run.id(), state);
    advanced(run, 1);
    progress.ended(run, state, reason);
  }

  /** Another process ended a run. */
  synchronized void endedElsewhere(Run run, StoredRun.State state) {
    ended.put(run.id(), state);
    advanced(run, 1);
    progress.endedElsewhere(run, state);
  }

  /** So many runs are left, all of them with other processes. */
  synchronized void waiting(int runs) {
    progress.waiting(runs);
  }

  synchronized void paused(String reason) {
    progress.paused(reason);
  }

  synchronized boolean hasEnded(Run run) {
    return ended.containsKey(run.id());
  }

  synchronized void kept(Run run) {
    progress.kept(run);
  }

  synchronized void discarded(Run run) {
    advanced(run, 0);
    progress.discarded(run);
  }

  synchronized void workerLost(List<Run> runs, String reason) {
    progress.workerLost(runs, reason);
  }

  synchronized int count(StoredRun.State state) {
    return Collections.frequency(ended.values(), state);
  }
}
