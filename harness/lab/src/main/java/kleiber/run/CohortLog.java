package kleiber.run;

import java.io.IOException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import kleiber.experiment.Run;
import kleiber.train.Checkpoint;
import kleiber.train.Facts;
import kleiber.train.Snapshot;
import kleiber.train.Trainer;

/**
 * Takes down what a trainer tells about the runs of one cohort. A run is published as soon as it
 * ends. The time that passes is shared evenly by the runs that are still open, so that the seconds
 * of all runs add up to those of the worker.
 */
final class CohortLog implements Trainer.Log, AutoCloseable {
  private static final String STARTS_OVER = "; it starts over";

  private final Overview overview;
  private final CorpusDigests digests;
  private final Code code;
  private final Machine machine;
  private final String command;
  private final Saving saving;
  private final CohortDraft draft;
  private final PulseWriter pulse;
  private final List<RunLog> logs = new ArrayList<>();

  private Optional<Resumption> from;
  private String started = now();
  private String numerics = "none";
  private double seconds;
  private long clock = System.nanoTime();
  private long saved = clock;
  private double saveTook;

  CohortLog(
      List<Run> cohort,
      CohortDraft draft,
      PulseWriter pulse,
      Overview overview,
      CorpusDigests digests,
      Code code,
      Machine machine,
      String command,
      Saving saving) {
    this.draft = draft;
    this.pulse = pulse;
    from = draft.resumption();
    this.overview = overview;
    this.digests = digests;
    this.code = code;
    this.machine = machine;
    this.command = command;
    this.saving = saving;
    for (int member = 0; member < cohort.size(); member++) {
      int number = member;
      logs.add(
          new RunLog(
              cohort.get(member),
              draft.writers().get(member),
              from.flatMap(old -> old.lastTime(number))));
    }
  }

  /** Tells that the runs of the cohort begin. */
  void begin() {
    for (RunLog log : logs) {
      overview.started(log.run());
      String then = from.isPresent() ? "; an older snapshot is used" : STARTS_OVER;
      draft.notes().forEach(note -> overview.notResumed(log.run(), note + then));
    }
    from.ifPresent(
        old -> {
          seconds = old.saved().seconds();
          started = old.saved().started();
        });
  }

  /** What the trainer is to go on from. */
  Optional<Snapshot> from() {
    return from.map(old -> old.snapshot(logs.stream().map(RunLog::run).toList()));
  }

  /**
   * @param numerics the trainer's numeric mode
   */
  void trainedWith(String numerics) {
    this.numerics = numerics;
    pulse.trainedWith(numerics);
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
  public void startsOver(String reason) {
    from = Optional.empty();
    started = now();
    seconds = 0;
    try {
      draft.startOver();
    } catch (IOException e) {
      logs.forEach(log -> log.cannotWrite(e));
    }
    for (RunLog log : logs) {
      log.startedOver();
      overview.notResumed(log.run(), reason + STARTS_OVER);
    }
  }

  @Override
  public void opened(int member, Facts facts) {
    RunLog log = logs.get(member);
    digests.note(log.run(), facts);
    log.opened(facts);
    from.ifPresent(
        old -> {
          log.advanced(old.saved().step());
          pulse.resumed(member, old.saved().step());
          overview.resumed(log.run(), old.saved().step());
        });
  }

  @Override
  public boolean snapshotDue() {
    return saving.due((System.nanoTime() - saved) * 1e-9, saveTook);
  }

  /** A snapshot that cannot be written ends no training: the next may find room. */
  @Override
  public void snapshot(Snapshot snapshot) {
    long began = System.nanoTime();
    try {
      draft.save(snapshot, seconds(), started, resumed());
    } catch (IOException e) {
      String reason = e.getMessage() == null ? e.toString() : e.getMessage();
      logs.stream().filter(RunLog::open).forEach(log -> overview.notSaved(log.run(), reason));
    }
    saved = System.nanoTime();
    saveTook = (saved - began) * 1e-9;
  }

  @Override
  public void weights(int member, Snapshot.Tensors weights) {
    if (saving.weights()) {
      logs.get(member).weights(weights);
    }
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
    pulse.advanced(member, step);
    overview.advanced(log.run(), (double) step / steps);
  }

  private void end(
      RunLog log,
      StoredRun.State state,
      Optional<String> reason,
      Optional<String> trace,
      double until) {
    OptionalInt times = resumed() == 0 ? OptionalInt.empty() : OptionalInt.of(resumed());
    Provenance provenance =
        new Provenance(code, machine, numerics, log.corpora(), command, started, now(), times);
    pulse.ended(logs.indexOf(log));
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

  /** Times that this training went on from a snapshot. */
  private int resumed() {
    return from.map(old -> old.saved().resumed() + 1).orElse(0);
  }

  private static String now() {
    return Instant.now().truncatedTo(ChronoUnit.MILLIS).toString();
  }

  /** Keeps what can be gone on from, and discards the rest. */
  @Override
  public void close() throws IOException {
    logs.forEach(RunLog::close);
    pulse.close();
    draft.close();
    for (RunLog log : logs) {
      boolean stored = !log.open() && log.notWritten().isEmpty();
      if (!stored && draft.keeps(log.run())) {
        overview.kept(log.run());
      } else if (!stored) {
        overview.discarded(log.run());
      }
    }
  }
}
