package kleiber.run;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import kleiber.experiment.Run;
import kleiber.train.Facts;
import kleiber.train.StopSignal;

/** Trains cohorts on one device, in this process or in one of its own. */
public abstract class Worker implements AutoCloseable {
  private final RunStore store;
  private final Device device;
  private final String command;
  private final Saving saving;

  /**
   * @param store where the runs are kept
   * @param device as those who look on are told
   * @param command as the user gave it, for provenance
   * @param saving how much is kept besides losses
   */
  Worker(RunStore store, Device device, String command, Saving saving) {
    this.store = store;
    this.device = device;
    this.command = command;
    this.saving = saving;
  }

  /**
   * A run to be trained.
   *
   * @param facts of its spec, as they were when the grid was checked
   */
  record Task(Claim claim, Facts facts) {
    Run run() {
      return claim.run();
    }
  }

  /**
   * How a cohort ended, beside what was published.
   *
   * @param again runs of a cohort that failed as one: to be tried in smaller ones
   * @param halted why something could not be written, when it could not
   */
  record Ending(List<Run> again, Optional<String> halted) {}

  /** Cohorts that it trains side by side: so many threads may call {@link #train} at once. */
  abstract int lanes();

  /** Bytes that the Java heap of the process that trains may grow to. */
  abstract double heap();

  /** What a grid is packed for. */
  final Lanes place() {
    return new Lanes(device, lanes(), heap());
  }

  /**
   * Trains runs of one shape together and publishes each as it ends.
   *
   * @param alone whether nothing may be trained beside them in one process
   * @throws WorkerLost when the process that trained them ended
   * @throws kleiber.experiment.UserException when a corpus is not what it was when it was checked
   */
  abstract Ending train(List<Task> cohort, boolean alone, StopSignal stop, Overview overview)
      throws WorkerLost;

  /** Writes a run down as failed that nobody can train. */
  void fail(Task task, String reason, String details, StopSignal stop, Overview overview)
      throws IOException {
    CohortLog log = log(List.of(task), stop, overview);
    try (log) {
      log.begin();
      log.opened(0, task.facts());
      log.fail(reason, Optional.of(details));
    }
    if (log.notWritten().isPresent()) {
      throw log.notWritten().get();
    }
  }

  /** A log of a cohort, which begins with what the grid was checked on. */
  final CohortLog log(List<Task> cohort, StopSignal stop, Overview overview) throws IOException {
    RunStore patient = store.waitingFor(new Room(stop, overview::paused));
    CorpusDigests digests = new CorpusDigests();
    cohort.forEach(task -> digests.note(task.run(), task.facts()));
    List<Claim> claims = cohort.stream().map(Task::claim).toList();
    return new CohortLog(
        cohort.stream().map(Task::run).toList(),
        patient.begin(claims),
        new PulseWriter(store.pulses(), device, claims),
        overview,
        digests,
        Here.CODE,
        Here.MACHINE,
        command,
        saving);
  }

  /** Model of this machine's CPU. */
  static String processor() {
    return Here.MACHINE.processor();
  }

  /** Found out once, and only where something is trained. */
  private static final class Here {
    static final Code CODE = Code.running();
    static final Machine MACHINE = Machine.here();
  }

  @Override
  public void close() {}
}
