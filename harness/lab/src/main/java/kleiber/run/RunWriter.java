package kleiber.run;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import kleiber.experiment.Json;
import kleiber.train.Checkpoint;
import kleiber.train.Facts;

/** Writes one run aside, until it is published or discarded. */
final class RunWriter implements AutoCloseable {
  private final RunStore store;
  private final Claim claim;
  private final Path draft;
  private final RunStore.Opener opener;
  private final OutputStream checkpoints;
  private final OutputStream timing;
  private int rows;

  RunWriter(RunStore store, Claim claim, RunStore.Opener opener) throws IOException {
    this.store = store;
    this.claim = claim;
    this.draft = claim.folder();
    this.opener = opener;
    write(RunStore.SPEC, claim.run().canonical());
    checkpoints = opener.open(draft.resolve(RunStore.CHECKPOINTS));
    try {
      timing = opener.open(draft.resolve(RunStore.TIMING));
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
    line(checkpoints, checkpoint);
    rows++;
  }

  void timing(Timing row) throws IOException {
    line(timing, row);
  }

  /** Keeps the details of an error for whoever looks for its cause. */
  void error(String trace) throws IOException {
    write(RunStore.ERROR, trace);
  }

  /** Ends the run and makes it known under its id, whole or not at all. */
  void publish(StoredRun.State state, Optional<String> reason, Provenance provenance)
      throws IOException {
    write(RunStore.PROVENANCE, Json.line(provenance) + "\n");
    write(RunStore.OUTCOME, Json.line(new Outcome(state, reason, rows)) + "\n");
    checkpoints.close();
    timing.close();
    List<Path> files;
    try (Stream<Path> list = Files.list(draft)) {
      files = list.toList();
    }
    for (Path file : files) {
      try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
        channel.force(true); // or a power cut could leave a published run with empty files
      }
    }
    store.publish(claim);
  }

  /** Discards the run unless it was published. */
  @Override
  public void close() throws IOException {
    checkpoints.close();
    timing.close();
    store.clear(claim);
  }

  private void write(String name, String text) throws IOException {
    try (OutputStream out = opener.open(draft.resolve(name))) {
      out.write(text.getBytes(StandardCharsets.UTF_8));
    }
  }

  private static void line(OutputStream out, Record row) throws IOException {
    out.write((Json.line(row) + "\n").getBytes(StandardCharsets.UTF_8));
    out.flush();
  }
}
