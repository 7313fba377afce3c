package kleiber.train;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import kleiber.engine.cuda.driver.CardProperties;

/** Trains cohorts of one kind of model family. */
public interface Trainer extends AutoCloseable {
  /**
   * Opens what a training will read, and trains nothing.
   *
   * @return what the training will tell its log first
   * @throws kleiber.data.CorpusException when the spec's corpora cannot serve it
   * @throws java.util.concurrent.CancellationException when stopped while a corpus is opened
   */
  Facts check(TrainingSpec spec, StopSignal stop) throws IOException;

  /** What the members of a cohort have in common: specs of equal shape may be trained together. */
  Object shape(TrainingSpec spec);

  /**
   * Bytes that a member of a cohort takes at most.
   *
   * @param facts of the spec, from {@link #check}
   * @param card whose memory it is that is asked for, which need not be this trainer's; the Java
   *     heap when empty
   * @throws kleiber.engine.cuda.driver.CudaException when such a card cannot train it
   */
  double memory(TrainingSpec spec, Facts facts, Optional<CardProperties> card);

  /**
   * FLOPs of what a member does between one call and the next that all members of a cohort share;
   * infinite where they take turns, so that a further member spares nothing.
   *
   * @param facts of the spec, from {@link #check}
   */
  double flopsOfPass(TrainingSpec spec, Facts facts);

  /**
   * Trains the specs together; each member's losses are those of the same spec alone. Members may
   * be of different length. One that diverges (a loss or gradient norm that is not finite) is told
   * to the log and left out of the steps that follow.
   *
   * <p>A training that goes on from a snapshot tells, byte for byte, what one that was never
   * interrupted tells after that step. A snapshot of another numeric mode or other text is not gone
   * on from: the training starts over, and says why. One that is stopped ends after a step with a
   * snapshot of it.
   *
   * @param cohort specs of one shape
   * @param from a snapshot of this cohort; members that it does not name have ended, and nothing is
   *     told of them
   * @throws kleiber.data.CorpusException when a spec's corpus cannot serve it
   */
  void train(List<TrainingSpec> cohort, Optional<Snapshot> from, StopSignal stop, Log log)
      throws IOException;

  /** Trains from the beginning. */
  default void train(List<TrainingSpec> cohort, StopSignal stop, Log log) throws IOException {
    train(cohort, Optional.empty(), stop, log);
  }

  /** The numeric mode that the spec trains in, part of provenance. */
  String numerics(TrainingSpec spec);

  @Override
  void close();

  /**
   * What a training tells while it runs, by member of the cohort. Called on the training thread.
   */
  interface Log {
    /**
     * Asked between steps: whether the member's training is still of use. One that is not is left
     * out from then on, and nothing more is told of it.
     */
    default boolean wanted(int member) {
      return true;
    }

    /**
     * The snapshot that was given is of no use, and every member begins with its first step. Told
     * before {@link #opened}.
     */
    default void startsOver(String reason) {}

    /** The corpora are open. Told once, before any step. */
    void opened(int member, Facts facts);

    /** A row for the run's log. */
    void checkpoint(int member, Checkpoint checkpoint);

    /**
     * Asked after every step, before its rows are told: whether to take a snapshot now. The answer
     * changes nothing else that is told.
     */
    default boolean snapshotDue() {
      return false;
    }

    /**
     * State to resume from, wanted now or because the training was stopped. Rows told before belong
     * to it, rows told later do not.
     *
     * @param snapshot its numbers can be read until this returns
     */
    default void snapshot(Snapshot snapshot) {}

    /**
     * The weights of a member, told just before it is finished.
     *
     * @param weights by parameter; can be read until this returns
     */
    default void weights(int member, Snapshot.Tensors weights) {}

    /** The run ended at its last token. */
    void finished(int member);

    /** The run ended early for a reason that a user can read; its rows so far stand. */
    void diverged(int member, long step, String reason);

    /** A step was done; for progress only. */
    default void progress(int member, long step, long steps) {}
  }
}
