package kleiber.run;

import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import kleiber.train.Checkpoint;

/**
 * A line of JSON that a worker process writes to its coordinator.
 *
 * @param number of the order that it is about; 0 when it is about none
 * @param run id of the run that it is about
 * @param share of the run that is done
 * @param text a reason, a sentence, a stack trace
 * @param again ids of the runs to be tried in smaller cohorts
 */
record Report(
    int number,
    What what,
    Optional<String> run,
    OptionalDouble share,
    Optional<Checkpoint> checkpoint,
    Optional<StoredRun.State> state,
    Optional<String> text,
    Optional<List<String>> again) {
  /** What it tells. */
  enum What {
    /** The process has its engine and waits for orders. */
    READY,
    STARTED,
    ADVANCED,
    CHECKPOINT,
    ENDED,
    DISCARDED,
    PAUSED,
    /** The order was carried out: the last report on it. */
    ANSWER,
    /** What the user gave is wrong: the last report on the order, or on the process. */
    REFUSED,
    /** The program is wrong: the last report on the order. */
    FAULT
  }

  private static Report of(
      int number, What what, Optional<String> run, OptionalDouble share, Optional<String> text) {
    return new Report(
        number, what, run, share, Optional.empty(), Optional.empty(), text, Optional.empty());
  }

  static Report of(int number, What what, Optional<String> text) {
    return of(number, what, Optional.empty(), OptionalDouble.empty(), text);
  }

  static Report of(int number, What what, String run) {
    return of(number, what, Optional.of(run), OptionalDouble.empty(), Optional.empty());
  }

  static Report advanced(int number, String run, double share) {
    return of(number, What.ADVANCED, Optional.of(run), OptionalDouble.of(share), Optional.empty());
  }

  static Report checkpoint(int number, String run, Checkpoint checkpoint) {
    return new Report(
        number,
        What.CHECKPOINT,
        Optional.of(run),
        OptionalDouble.empty(),
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
        Optional.empty(),
        Optional.empty(),
        halted,
        Optional.of(again));
  }
}
