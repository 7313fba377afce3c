package kleiber.run;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import kleiber.experiment.Run;
import kleiber.train.Checkpoint;
import kleiber.train.Facts;
import kleiber.train.Trainer;

/** Takes down what a trainer tells about one run. */
final class RunLog implements Trainer.Log {
  /** That the log could not be written, carried through the trainer. */
  static final class NotWritten extends UncheckedIOException {
    private static final long serialVersionUID = 1;

    NotWritten(IOException cause) {
      super(cause);
    }
  }

  /** A write that may fail. */
  private interface Write {
    void run() throws IOException;
  }

  private final Run run;
  private final RunWriter writer;
  private final Overview overview;
  private final CorpusDigests digests;
  private final long start = System.nanoTime();
  private final Map<String, String> corpora = new TreeMap<>();

  private Optional<StoredRun.State> state = Optional.empty();
  private Optional<String> reason = Optional.empty();
  private Timing last = new Timing(0, 0, 0, 0);
  private long step;

  RunLog(Run run, RunWriter writer, Overview overview, CorpusDigests digests) {
    this.run = run;
    this.writer = writer;
    this.overview = overview;
    this.digests = digests;
  }

  /** How the run ended, when the trainer has said so. */
  Optional<StoredRun.State> state() {
    return state;
  }

  Optional<String> reason() {
    return reason;
  }

  /** SHA-256 of each corpus by its use. */
  Map<String, String> corpora() {
    return corpora;
  }

  /** Ends the timing of a run that ended between two checkpoints. */
  void close() {
    if (step > last.step()) {
      time(step, step * run.spec().tokensPerStep());
    }
  }

  @Override
  public void opened(int member, Facts facts) {
    digests.note(run, facts);
    corpora.put("training", facts.corpusDigest());
    facts.heldOut().forEach((name, set) -> corpora.put("heldOut." + name, set.digest()));
    write(() -> writer.facts(facts));
  }

  @Override
  public void checkpoint(int member, Checkpoint checkpoint) {
    write(() -> writer.checkpoint(checkpoint));
    time(checkpoint.step(), checkpoint.tokens());
    overview.checkpoint(run, checkpoint);
  }

  @Override
  public void finished(int member) {
    state = Optional.of(StoredRun.State.DONE);
  }

  @Override
  public void diverged(int member, long step, String reason) {
    this.step = Math.max(this.step, step);
    state = Optional.of(StoredRun.State.DIVERGED);
    this.reason = Optional.of("step " + step + ": " + reason);
  }

  @Override
  public void progress(int member, long step, long steps) {
    this.step = step;
    overview.advanced(run, (double) step / steps);
  }

  private void time(long step, long tokens) {
    double seconds = (System.nanoTime() - start) * 1e-9;
    double rate = (tokens - last.tokens()) / (seconds - last.seconds());
    last = new Timing(step, tokens, seconds, rate);
    write(() -> writer.timing(last));
  }

  private static void write(Write write) {
    try {
      write.run();
    } catch (IOException e) {
      throw new NotWritten(e);
    }
  }
}
