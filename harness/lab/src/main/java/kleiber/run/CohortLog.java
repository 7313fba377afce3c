package kleiber.run;

import java.io.IOException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import kleiber.experiment.Run;
import kleiber.train.Checkpoint;
import kleiber.train.Facts;
import kleiber.train.Trainer;

/**
 * Takes down what a trainer tells about the runs of one cohort. A run is published as soon as it
 * ends. The time that passes is shared evenly by the runs that are still open, so that the seconds
 * of all runs add up to those of the worker.
 */
final class CohortLog implements Trainer.Log, AutoCloseable {
  private final Overview overview;
  private final CorpusDigests digests;
  private final Code code;
  private final Machine machine;
  private final String command;
  private final String started = now();
  private final List<RunLog> logs = new ArrayList<>();

  private String numerics = "none";
  private double seconds;
  private long clock = System.nanoTime();

  CohortLog(Overview overview, CorpusDigests digests, Code code, Machine machine, String command) {
    this.overview = overview;
    this.digests = digests;
    this.code = code;
    this.machine = machine;
    this.command = command;
  }

  /** The cohort's next member. */
  void begin(Run run, RunWriter writer) {
    logs.add(new RunLog(run, writer));
    overview.started(run);
  }

  /**
   * @param numerics the trainer's numeric mode
   */
  void trainedWith(String numerics) {
    this.numerics = numerics;
  }

  /** The runs of which no end was told, and all so far could be written. */
  List<Run> open() {
    return logs.stream().filter(RunLog::open).map(RunLog::run).toList();
  }

  /** Why the store could not be written, when it could not. */
  Optional<IOException> notWritten() {
    return logs.stream()
        .flatMap(log -> log.notWritten().stream())
        .filter(failure -> !(failure instanceof ClaimLost))
        .findFirst();
  }

  /** Whether a run has become another process's. */
  boolean lost() {
    return logs.stream()
        .anyMatch(log -> log.notWritten().filter(ClaimLost.class::isInstance).isPresent());
  }

  /**
   * Ends every open run as failed.
   *
   * @param trace details of the error, when there was one
   */
  void fail(String reason, Optional<String> trace) {
    double until = seconds();
    for (RunLog log : logs) {
      if (log.open()) {
        end(log, StoredRun.State.FAILED, Optional.of(reason), trace, until);
      }
    }
  }

  @Override
  public boolean wanted(int member) {
    return logs.get(member).open();
  }

  @Override
  public void opened(int member, Facts facts) {
    digests.note(logs.get(member).run(), facts);
    logs.get(member).opened(facts);
  }

  @Override
  public void checkpoint(int member, Checkpoint checkpoint) {
    RunLog log = logs.get(member);
    log.checkpoint(checkpoint, seconds());
    if (log.open()) {
      overview.checkpoint(log.run(), checkpoint);
    }
  }

  @Override
  public void finished(int member) {
    end(logs.get(member), StoredRun.State.DONE, Optional.empty(), Optional.empty(), seconds());
  }

  @Override
  public void diverged(int member, long step, String reason) {
    RunLog log = logs.get(member);
    log.advanced(step);
    Optional<String> sentence = Optional.of("step " + step + ": " + reason);
    end(log, StoredRun.State.DIVERGED, sentence, Optional.empty(), seconds());
  }

  @Override
  public void progress(int member, long step, long steps) {
    RunLog log = logs.get(member);
    log.advanced(step);
    overview.advanced(log.run(), (double) step / steps);
  }

  private void end(
      RunLog log,
      StoredRun.State state,
      Optional<String> reason,
      Optional<String> trace,
      double until) {
    Provenance provenance =
        new Provenance(code, machine, numerics, log.corpora(), command, started, now());
    if (log.end(state, reason, trace, until, provenance)) {
      overview.ended(log.run(), state, reason);
    }
  }

  /** Seconds of each open run so far. Asked before one of them ends, its share is still its own. */
  private double seconds() {
    long now = System.nanoTime();
    seconds += (now - clock) * 1e-9 / Math.max(1, logs.stream().filter(RunLog::open).count());
    clock = now;
    return seconds;
  }

  private static String now() {
    return Instant.now().truncatedTo(ChronoUnit.MILLIS).toString();
  }

  /** Discards what was not published. */
  @Override
  public void close() {
    for (RunLog log : logs) {
      boolean stored = !log.open() && log.notWritten().isEmpty();
      log.close();
      if (!stored) {
        overview.discarded(log.run());
      }
    }
  }
}
