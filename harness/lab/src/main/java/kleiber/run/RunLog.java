package kleiber.run;

import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import kleiber.experiment.Run;
import kleiber.train.Checkpoint;
import kleiber.train.Facts;
import kleiber.train.Snapshot;

/**
 * Writes what is told about one run, and publishes it when it ends. What cannot be written is
 * remembered and not thrown: it must not end the other runs of a cohort.
 */
final class RunLog implements AutoCloseable {
  /** A write that may fail. */
  private interface Write {
    void run() throws IOException;
  }

  private static final Timing NOTHING = new Timing(0, 0, 0, 0);

  private final Run run;
  private final RunWriter writer;
  private final Map<String, String> corpora = new TreeMap<>();

  private Optional<IOException> notWritten = Optional.empty();
  private boolean ended;
  private Timing last;
  private long step;

  /**
   * @param last row of its times, when it goes on from a snapshot
   */
  RunLog(Run run, RunWriter writer, Optional<Timing> last) {
    this.run = run;
    this.writer = writer;
    this.last = last.orElse(NOTHING);
  }

  Run run() {
    return run;
  }

  /** Whether it still waits for an end: none was told, and all so far could be written. */
  boolean open() {
    return !ended && notWritten.isEmpty();
  }

  /** Why nothing of the run can be kept. */
  Optional<IOException> notWritten() {
    return notWritten;
  }

  /** SHA-256 of each corpus by its use. */
  Map<String, String> corpora() {
    return corpora;
  }

  void opened(Facts facts) {
    corpora.put("training", facts.corpusDigest());
    facts.heldOut().forEach((name, set) -> corpora.put("heldOut." + name, set.digest()));
    write(() -> writer.facts(facts));
  }

  /** What it began with is of no use. */
  void startedOver() {
    last = NOTHING;
  }

  /** Nothing more of the run can be kept. */
  void cannotWrite(IOException cause) {
    notWritten = notWritten.or(() -> Optional.of(cause));
  }

  void weights(Snapshot.Tensors weights) {
    write(() -> writer.weights(weights));
  }

  void advanced(long step) {
    this.step = Math.max(this.step, step);
  }

  /**
   * @param seconds of training so far
   */
  void checkpoint(Checkpoint checkpoint, double seconds) {
    write(() -> writer.checkpoint(checkpoint));
    time(checkpoint.step(), checkpoint.tokens(), seconds);
  }

  /**
   * Publishes the run.
   *
   * @param trace details of an error, when it failed
   * @return whether it is stored
   */
  boolean end(
      StoredRun.State state,
      Optional<String> reason,
      Optional<String> trace,
      double seconds,
      Provenance provenance) {
    if (step > last.step()) {
      time(step, step * run.spec().tokensPerStep(), seconds);
    }
    write(
        () -> {
          if (trace.isPresent()) {
            writer.error(trace.get());
          }
          writer.publish(state, reason, provenance);
        });
    ended = notWritten.isEmpty();
    return ended;
  }

  private void time(long step, long tokens, double seconds) {
    double rate = (tokens - last.tokens()) / (seconds - last.seconds());
    last = new Timing(step, tokens, seconds, rate);
    write(() -> writer.timing(last));
  }

  private void write(Write write) {
    if (notWritten.isEmpty()) {
      try {
        write.run();
      } catch (IOException e) {
        notWritten = Optional.of(e);
      }
    }
  }

  /** Writes no more. */
  @Override
  public void close() {
    try {
      writer.close();
    } catch (IOException e) {
      notWritten = notWritten.or(() -> ended ? Optional.empty() : Optional.of(e));
    }
  }
}
