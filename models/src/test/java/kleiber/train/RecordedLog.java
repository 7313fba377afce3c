package kleiber.train;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** What a training told, by member. */
class RecordedLog implements Trainer.Log {
  final Map<Integer, Facts> opened = new HashMap<>();
  final Map<Integer, List<Checkpoint>> checkpoints = new HashMap<>();
  final List<Integer> finished = new ArrayList<>();
  final Map<Integer, String> diverged = new HashMap<>();
  final Map<Integer, Long> lastStep = new HashMap<>();

  @Override
  public void opened(int member, Facts facts) {
    opened.put(member, facts);
  }

  @Override
  public void checkpoint(int member, Checkpoint checkpoint) {
    checkpoints.computeIfAbsent(member, _ -> new ArrayList<>()).add(checkpoint);
  }

  @Override
  public void finished(int member) {
    finished.add(member);
  }

  @Override
  public void diverged(int member, long step, String reason) {
    diverged.put(member, reason);
  }

  @Override
  public void progress(int member, long step, long steps) {
    lastStep.put(member, step);
  }

  /** The held-out losses of a member's rows. */
  double[] losses(int member, String heldOut) {
    return checkpoints.get(member).stream()
        .mapToDouble(row -> row.heldOut().get(heldOut).loss())
        .toArray();
  }
}
