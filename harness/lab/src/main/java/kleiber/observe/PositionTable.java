package kleiber.observe;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import kleiber.run.StoredRun;
import kleiber.train.Checkpoint;

/**
 * Losses at each place of a window, as they were at the end of each run whose held-out set asks for
 * them. No law reads them.
 *
 * @param rows in the order of runs, held-out sets and positions
 */
public record PositionTable(List<Row> rows) {
  /** What the table is called in a folder of results. */
  public static final String FILE = "positions.csv";

  private static final List<String> COLUMNS = List.of("run", "held_out", "position", "loss");

  /**
   * One place.
   *
   * @param position tokens of the window that were seen before the one scored, from 1
   * @param loss mean over the windows, nats
   */
  public record Row(String run, String heldOut, int position, double loss) {}

  public PositionTable {
    rows = List.copyOf(rows);
  }

  /** What runs told, whatever became of them. */
  public static PositionTable of(List<StoredRun> runs) {
    List<Row> rows = new ArrayList<>();
    for (StoredRun run : runs) {
      for (Checkpoint checkpoint : run.checkpoints()) {
        new TreeMap<>(checkpoint.heldOut())
            .forEach(
                (name, loss) -> {
                  List<Double> losses = loss.byPosition().orElse(List.of());
                  for (int t = 0; t < losses.size(); t++) {
                    rows.add(new Row(run.run().id(), name, t + 1, losses.get(t)));
                  }
                });
      }
    }
    return new PositionTable(rows);
  }

  /** The losses of one run at each position, [T] nats; empty when it was not asked for them. */
  public static Optional<List<Double>> of(StoredRun run, String heldOut) {
    return run.checkpoints().isEmpty()
        ? Optional.empty()
        : Optional.ofNullable(run.checkpoints().getLast().heldOut().get(heldOut))
            .flatMap(Checkpoint.HeldOutLoss::byPosition);
  }

  /** Writes the table; where nothing was asked there is none, nor what an earlier one left. */
  public void write(Path file) throws IOException {
    if (rows.isEmpty()) {
      Files.deleteIfExists(file);
      return;
    }
    StringBuilder text = new StringBuilder(Csv.line(COLUMNS)).append("\r\n");
    for (Row row : rows) {
      List<Object> fields = List.of(row.run, row.heldOut, row.position, row.loss);
      text.append(Csv.line(fields.stream().map(ObservationTable::text).toList())).append("\r\n");
    }
    Files.writeString(file, text);
  }
}
