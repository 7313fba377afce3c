package kleiber.run;

import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import kleiber.train.Checkpoint;

/**
 * A line of JSON that a worker process writes to its coordinator.
 *
 * @param number of the order that it is about; 0 when it is about none
 * @param run id of the run that it is about
 * @param share of the run that is done
 * @param step of the run
 * @param text a reason, a sentence, a stack trace
 * @param again ids of the runs to be tried in smaller cohorts
 */
record Report(
    int number,
    What what,
    Optional<String> run,
    OptionalDouble share,
    OptionalLong step,
    Optional<Checkpoint> checkpoint,
    Optional<StoredRun.State> state,
    Optional<String> text,
    Optional<List<String>> again) {
  /** What it tells. */
  enum What {
    /** The process has its engine and waits for orders. */
    READY,
    STARTED,
    RESUMED,
    NOT_RESUMED,
    NOT_SAVED,
    ADVANCED,
    CHECKPOINT,
    ENDED,
    KEPT,
    DISCARDED,
    PAUSED,
    /** The order was carried out: the last report on it. */
    ANSWER,
    /** What the user gave is wrong: the last report on the order, or on the process. */
    REFUSED,
    /** The program is wrong: the last report on the order. */
    FAULT
  }

  /** The order, the process or a run is told of in words, or nothing need be added. */
  static Report of(int number, What what, Optional<String> run, Optional<String> text) {
    return new Report(
        number,
        what,
        run,
        OptionalDouble.empty(),
        OptionalLong.empty(),
        Optional.empty(),
        Optional.empty(),
        text,
        Optional.empty());
  }

  static Report advanced(int number, String run, double share) {
    return new Report(
        number,
        What.ADVANCED,
        Optional.of(run),
        OptionalDouble.of(share),
        OptionalLong.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty());
  }

  static Report resumed(int number, String run, long step) {
    return new Report(
        number,
        What.RESUMED,
        Optional.of(run),
        OptionalDouble.empty(),
        OptionalLong.of(step),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty());
  }

  static Report checkpoint(int number, String run, Checkpoint checkpoint) {
    return new Report(
        number,
        What.CHECKPOINT,
        Optional.of(run),
        OptionalDouble.empty(),
        OptionalLong.empty(),
        Optional.of(checkpoint),
        Optional.empty(),
        Optional.empty(),
        Optional.empty());
  }

  static Report ended(int number, String run, StoredRun.State state, Optional<String> reason) {
    return new Report(
        number,
        What.ENDED,
        Optional.of(run),
        OptionalDouble.empty(),
        OptionalLong.empty(),
        Optional.empty(),
        Optional.of(state),
        reason,
        Optional.empty());
  }

  static Report answer(int number, List<String> again, Optional<String> halted) {
    return new Report(
        number,
        What.ANSWER,
        Optional.empty(),
        OptionalDouble.empty(),
        OptionalLong.empty(),
        Optional.empty(),
        Optional.empty(),
        halted,
        Optional.of(again));
  }
}
