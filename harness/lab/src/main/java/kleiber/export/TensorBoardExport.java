package kleiber.export;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import kleiber.run.RunStore;
import kleiber.run.StoredRun;

/**
 * Runs as TensorBoard reads them: {@code tensorboard --logdir FOLDER}. Each run is a folder of its
 * own with one file of events: losses on every held-out set, training loss, gradient norm, learning
 * rate, tokens, FLOPs, tokens per second, by optimizer step and by the time that training took.
 */
public final class TensorBoardExport {
  private static final String PREFIX = "events.out.tfevents.";

  private TensorBoardExport() {}

  /**
   * Writes runs, in place of what was written before of the same.
   *
   * @return runs written: those that logged something
   */
  public static int write(Path folder, RunStore store, List<StoredRun> runs) throws IOException {
    int written = 0;
    for (StoredRun run : runs) {
      if (run.checkpoints().isEmpty()) {
        continue;
      }
      Scalars scalars = Scalars.of(store, run);
      Path own = Files.createDirectories(folder.resolve(run.run().id()));
      clear(own);
      Path file =
          own.resolve("%s%010d.kleiber".formatted(PREFIX, scalars.began().getEpochSecond()));
      try (EventFile events = new EventFile(file, scalars.began().toEpochMilli() / 1e3)) {
        for (Scalars.Row row : scalars.rows()) {
          events.scalars(scalars.time(row), row.step(), row.values());
        }
      }
      written++;
    }
    return written;
  }

  /** TensorBoard would show two files of events one over the other. */
  private static void clear(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file :
          files.filter(path -> path.getFileName().toString().startsWith(PREFIX)).toList()) {
        Files.delete(file);
      }
    }
  }
}
