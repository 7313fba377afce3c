package kleiber.export;

import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import kleiber.run.Provenance;
import kleiber.run.RunStore;
import kleiber.run.StoredRun;
import kleiber.run.Timing;
import kleiber.train.Checkpoint;

/**
 * The numbers that a run logged over its steps, as programs take them that draw curves.
 *
 * @param run it
 * @param began training
 * @param rows in the order of steps
 */
record Scalars(StoredRun run, Instant began, List<Row> rows) {
  Scalars {
    rows = List.copyOf(rows);
  }

  /**
   * What was logged at a step.
   *
   * @param seconds of training so far
   * @param values by name; those that are not finite are left out
   */
  record Row(long step, double seconds, Map<String, Double> values) {}

  static Scalars of(RunStore store, StoredRun run) {
    Map<Long, Timing> times = new HashMap<>();
    store.timing(run.run()).forEach(time -> times.put(time.step(), time));
    List<Row> rows = new ArrayList<>();
    for (Checkpoint checkpoint : run.checkpoints()) {
      Optional<Timing> time = Optional.ofNullable(times.get(checkpoint.step()));
      rows.add(
          new Row(
              checkpoint.step(),
              time.map(Timing::seconds).orElse(0.0),
              values(checkpoint, time.map(Timing::tokensPerSecond))));
    }
    Instant began =
        store
            .provenance(run.run())
            .map(Provenance::started)
            .map(Instant::parse)
            .orElse(Instant.EPOCH);
    return new Scalars(run, began, rows);
  }

  private static Map<String, Double> values(Checkpoint checkpoint, Optional<Double> speed) {
    Map<String, Double> values = new TreeMap<>();
    checkpoint
        .heldOut()
        .forEach(
            (name, loss) -> {
              values.put("heldOut/" + name + "/loss", loss.loss());
              values.put("heldOut/" + name + "/standardError", loss.standardError());
              loss.bitsPerByte()
                  .ifPresent(bits -> values.put("heldOut/" + name + "/bitsPerByte", bits));
            });
    checkpoint
        .evaluations()
        .ifPresent(told -> told.forEach((name, value) -> values.put("evaluations/" + name, value)));
    values.put("train/loss", checkpoint.trainLoss());
    values.put("train/gradientNorm", checkpoint.gradientNorm());
    values.put("train/learningRate", checkpoint.learningRate());
    values.put("train/tokens", (double) checkpoint.tokens());
    values.put("train/flops", checkpoint.flops());
    speed.ifPresent(rate -> values.put("train/tokensPerSecond", rate));
    values.values().removeIf(value -> !Double.isFinite(value));
    return values;
  }

  /** When a row was logged, by the training's own seconds. */
  double time(Row row) {
    return began.toEpochMilli() / 1e3 + row.seconds();
  }
}
