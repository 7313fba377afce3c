package kleiber.train;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.function.LongPredicate;

/**
 * A log that keeps snapshots as a disk would, copied, with the rows that belong to them; and that
 * can die at any of the calls that it gets.
 */
final class SavingLog extends RecordedLog {
  /** What a killed process is replaced by. */
  static final class Killed extends RuntimeException {
    private static final long serialVersionUID = 1;
  }

  /** Rows and ends that were told up to a snapshot. */
  record Kept(Snapshot snapshot, Map<Integer, List<Checkpoint>> rows) {}

  private record Copy(
      SequencedMap<String, List<Integer>> shapes, boolean inDouble, Map<String, double[]> numbers)
      implements Snapshot.Tensors {
    static Copy of(Snapshot.Tensors tensors) {
      Map<String, double[]> numbers = new HashMap<>();
      tensors.shapes().keySet().forEach(name -> numbers.put(name, tensors.read(name)));
      return new Copy(new LinkedHashMap<>(tensors.shapes()), tensors.inDouble(), numbers);
    }

    @Override
    public double[] read(String name) {
      return numbers.get(name).clone();
    }
  }

  final Map<Integer, Map<String, double[]>> weights = new HashMap<>();
  final List<String> startedOver = new ArrayList<>();
  private final LongPredicate due;
  private Optional<Kept> kept = Optional.empty();
  private long steps;
  private int callsLeft = Integer.MAX_VALUE;

  /**
   * @param due whether a snapshot is taken after so many steps of this training
   */
  SavingLog(LongPredicate due) {
    this.due = due;
  }

  /** Dies at one of the next calls. */
  void dieAfter(int calls) {
    callsLeft = calls;
  }

  Optional<Kept> kept() {
    return kept;
  }

  /** What is there after a restart: the rows that belong to the last snapshot, or none. */
  Optional<Snapshot> restart() {
    callsLeft = Integer.MAX_VALUE;
    for (int member : List.copyOf(checkpoints.keySet())) {
      if (!ended(member)) {
        checkpoints.put(
            member,
            new ArrayList<>(
                kept.map(saved -> saved.rows().getOrDefault(member, List.of())).orElse(List.of())));
      }
    }
    return kept.map(Kept::snapshot);
  }

  boolean ended(int member) {
    return finished.contains(member) || diverged.containsKey(member);
  }

  private void call() {
    if (--callsLeft < 0) {
      throw new Killed();
    }
  }

  @Override
  public void startsOver(String reason) {
    startedOver.add(reason);
  }

  @Override
  public boolean wanted(int member) {
    return !ended(member);
  }

  @Override
  public void opened(int member, Facts facts) {
    call();
    super.opened(member, facts);
  }

  @Override
  public void progress(int member, long step, long steps) {
    call();
    super.progress(member, step, steps);
  }

  @Override
  public boolean snapshotDue() {
    call();
    return due.test(++steps);
  }

  @Override
  public void snapshot(Snapshot snapshot) {
    call();
    Map<Integer, List<Checkpoint>> rows = new HashMap<>();
    checkpoints.forEach((member, own) -> rows.put(member, List.copyOf(own)));
    kept =
        Optional.of(
            new Kept(
                new Snapshot(
                    snapshot.numerics(),
                    snapshot.facts(),
                    snapshot.step(),
                    snapshot.members(),
                    Copy.of(snapshot.tensors())),
                rows));
  }

  @Override
  public void checkpoint(int member, Checkpoint checkpoint) {
    call();
    super.checkpoint(member, checkpoint);
  }

  @Override
  public void weights(int member, Snapshot.Tensors tensors) {
    weights.put(member, Copy.of(tensors).numbers());
  }

  @Override
  public void finished(int member) {
    call();
    super.finished(member);
  }

  @Override
  public void diverged(int member, long step, String reason) {
    call();
    super.diverged(member, step, reason);
  }
}
