package kleiber.run;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;
import kleiber.experiment.Json;
import kleiber.train.Checkpoint;
import kleiber.train.Facts;
import kleiber.train.Snapshot;

/** Writes one run aside, until it is published or discarded. */
final class RunWriter implements AutoCloseable {
  private static final Set<String> LOGS = Set.of(RunStore.CHECKPOINTS, RunStore.TIMING);

  private final RunStore store;
  private final Claim claim;
  private final Path draft;
  private final RunStore.Opener opener;
  private final LogFile checkpoints;
  private final LogFile timing;

  /**
   * @param begun what its logs begin with; all else that an earlier training left is deleted
   */
  RunWriter(RunStore store, Claim claim, Resumption.Logs begun, RunStore.Opener opener)
      throws IOException {
    this.store = store;
    this.claim = claim;
    this.draft = claim.folder();
    this.opener = opener;
    for (Path left : Disk.list(draft)) {
      if (!LOGS.contains(left.getFileName().toString())) {
        Disk.delete(left);
      }
    }
    write(RunStore.SPEC, claim.run().canonical());
    checkpoints = new LogFile(draft.resolve(RunStore.CHECKPOINTS), begun.checkpoints(), opener);
    try {
      timing = new LogFile(draft.resolve(RunStore.TIMING), begun.timing(), opener);
    } catch (IOException e) {
      checkpoints.close();
      throw e;
    }
  }

  void facts(Facts facts) throws IOException {
    write(RunStore.FACTS, Json.line(facts) + "\n");
  }

  /** A row of the log. It is on its way to the disk when this returns, for all who look on. */
  void checkpoint(Checkpoint checkpoint) throws IOException {
    checkpoints.line(checkpoint);
  }

  void timing(Timing row) throws IOException {
    timing.line(row);
  }

  /** How far the log of losses has come, all of it on the disk. */
  LogMark checkpointsMark() throws IOException {
    return checkpoints.mark();
  }

  /** The same of the log of times. */
  LogMark timingMark() throws IOException {
    return timing.mark();
  }

  /** Begins both logs again. */
  void restart() throws IOException {
    checkpoints.restart();
    timing.restart();
  }

  /** Keeps the final weights. */
  void weights(Snapshot.Tensors weights) throws IOException {
    Safetensors.write(draft.resolve(RunStore.WEIGHTS), weights, opener);
  }

  /** Keeps the details of an error for whoever looks for its cause. */
  void error(String trace) throws IOException {
    write(RunStore.ERROR, trace);
  }

  /** Ends the run and makes it known under its id, whole or not at all. */
  void publish(StoredRun.State state, Optional<String> reason, Provenance provenance)
      throws IOException {
    write(RunStore.PROVENANCE, Json.line(provenance) + "\n");
    write(RunStore.OUTCOME, Json.line(new Outcome(state, reason, checkpoints.rows())) + "\n");
    checkpoints.close();
    timing.close();
    write(FileSums.FILE, Json.line(FileSums.of(draft)) + "\n");
    for (Path file : Disk.list(draft)) {
      Disk.force(file); // or a power cut could leave a published run with empty files
    }
    Disk.forceFolder(draft);
    store.publish(claim, state);
  }

  /** Writes no more. What is not published stays for the cohort to keep or discard. */
  @Override
  public void close() throws IOException {
    checkpoints.close();
    timing.close();
  }

  private void write(String name, String text) throws IOException {
    try (OutputStream out = opener.open(draft.resolve(name))) {
      out.write(text.getBytes(StandardCharsets.UTF_8));
    }
  }
}
