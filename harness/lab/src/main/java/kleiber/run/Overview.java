package kleiber.run;

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
  private final Map<StoredRun.State, Integer> ended = new HashMap<>();
  private double flopsDone;

  /**
   * @param flops of each pending run, by id
   */
  Overview(Progress progress, Map<String, Double> flops) {
    this.progress = progress;
    this.flops = Map.copyOf(flops);
  }

  synchronized void planned(int finished, List<Run> pending) {
    double total = pending.stream().mapToDouble(run -> flops.get(run.id())).sum();
    progress.planned(finished, pending, total);
  }

  synchronized void unreadable(Run run, String reason) {
    progress.unreadable(run, reason);
  }

  synchronized void started(Run run) {
    progress.started(run);
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
    ended.merge(state, 1, Integer::sum);
    advanced(run, 1);
    progress.ended(run, state, reason);
  }

  synchronized void discarded(Run run) {
    progress.discarded(run);
  }

  synchronized int count(StoredRun.State state) {
    return ended.getOrDefault(state, 0);
  }
}
