package kleiber.run;

import java.util.List;
import java.util.Optional;
import kleiber.experiment.Run;
import kleiber.train.Checkpoint;

/** Is told how a grid comes along. Calls never overlap. */
public interface Progress {
  /** Tells nobody. */
  Progress SILENT = new Progress() {};

  /**
   * A run is stored but cannot be read: it will be trained again, and what is stored is kept aside.
   *
   * @param reason why it cannot be read, with the file
   */
  default void unreadable(Run run, String reason) {}

  /**
   * The coordinate check of muP begins, before anything is planned.
   *
   * @param runs pending ones in muP
   */
  default void checking(int runs) {}

  /**
   * The runs that will be trained are known.
   *
   * @param finished runs of the experiment that are done or diverged already
   * @param pending in the order in which they start
   * @param flops of all pending runs; steps that branches of a trunk share count once
   * @param saved FLOPs that are not done twice because branches share them
   */
  default void planned(int finished, List<Run> pending, double flops, double saved) {}

  /** A run starts, perhaps again after its cohort was split. */
  default void started(Run run) {}

  /**
   * A run goes on from a snapshot.
   *
   * @param step after which it was taken
   */
  default void resumed(Run run, long step) {}

  /**
   * Saved state of a run that was begun before cannot be used: it goes on from an older one, as
   * {@link #resumed} then tells, or starts over.
   *
   * @param reason why not, with the file
   */
  default void notResumed(Run run, String reason) {}

  /** A snapshot could not be written; the training goes on without. */
  default void notSaved(Run run, String reason) {}

  /**
   * A step of a run was done.
   *
   * @param share of the run that is done
   * @param flops done of all that were planned; a run that ends early counts as done, one that is
   *     discarded as not begun
   */
  default void advanced(Run run, double share, double flops) {}

  /** A row was logged. */
  default void checkpoint(Run run, Checkpoint checkpoint) {}

  /** A run ended and is stored. */
  default void ended(Run run, StoredRun.State state, Optional<String> reason) {}

  /** A run was stopped, and the next start goes on from there. */
  default void kept(Run run) {}

  /** A run was stopped, and nothing of it is kept; it may start again in a smaller cohort. */
  default void discarded(Run run) {}

  /**
   * The process that trained runs ended before them; they are tried again.
   *
   * @param reason how it ended
   */
  default void workerLost(List<Run> runs, String reason) {}

  /** A run that was to be trained here was ended by another process. */
  default void endedElsewhere(Run run, StoredRun.State state) {}

  /** Nothing is left but what other processes train. */
  default void waiting(int runs) {}

  /**
   * The store has no room: trainings wait until there is.
   *
   * @param reason what could not be written
   */
  default void paused(String reason) {}
}
