package kleiber.observe;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import kleiber.run.StoredRun;
import kleiber.train.TrainingSpec;

/**
 * Counts a checkpoint of a trunk once, however many of its branches have logged it. The row that
 * stays is that of a branch which is foretold, if there is one, so that no checkpoint of a foretold
 * run is ever fitted; else that of the first branch.
 */
final class SharedCheckpoints {
  /** Where branches of one trunk may have the same row. */
  private record Place(String cluster, String heldOut, long step) {}

  private record Pair(String one, String other) {}

  private final Map<String, TrainingSpec> specs = new HashMap<>();
  private final Map<Pair, Long> sharedSteps = new HashMap<>();

  SharedCheckpoints(List<StoredRun> runs) {
    runs.forEach(run -> specs.put(run.run().id(), run.run().spec()));
  }

  /** The rows in their order, those that are there already left out. */
  List<Row> once(List<Row> rows) {
    Map<Place, List<Row>> kept = new HashMap<>();
    Map<Row, Row> twins = new HashMap<>();
    rows.stream()
        .filter(row -> row.use() != Row.Use.LEFT_OUT)
        .sorted(Comparator.comparing(row -> row.use() != Row.Use.HELD_OUT))
        .forEach(
            row -> {
              Place place = new Place(row.cluster(), row.heldOut(), row.step());
              List<Row> there = kept.computeIfAbsent(place, _ -> new ArrayList<>());
              Optional<Row> twin = there.stream().filter(other -> same(row, other)).findFirst();
              twin.ifPresentOrElse(other -> twins.put(row, other), () -> there.add(row));
            });
    return rows.stream()
        .map(
            row ->
                twins.containsKey(row) ? row.with(Row.Use.LEFT_OUT, reason(twins.get(row))) : row)
        .toList();
  }

  /** Whether two rows of one place are of one training up to there. */
  private boolean same(Row row, Row other) {
    long shared =
        sharedSteps.computeIfAbsent(
            new Pair(row.run(), other.run()),
            pair -> specs.get(pair.one).sharedSteps(specs.get(pair.other)));
    return row.step() <= shared;
  }

  private static String reason(Row twin) {
    return "it lies on the trunk, and counts as a row of branch "
        + twin.run()
        + (twin.use() == Row.Use.HELD_OUT ? ", which is foretold" : "");
  }
}
