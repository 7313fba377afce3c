package kleiber.observe;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import kleiber.experiment.FitPlan;
import kleiber.run.StoredRun;
import kleiber.train.Checkpoint;
import kleiber.train.Facts;

/**
 * What evaluations beside the losses told, such as shares of right answers: laws read nothing of
 * it.
 *
 * @param rows in the order of the runs and their checkpoints
 */
public record EvaluationTable(List<Row> rows) {
  /** What a table is called in a folder of results. */
  public static final String FILE = "evaluations.csv";

  private static final List<String> COLUMNS =
      List.of("run", "step", "tokens", "params", "flops", "evaluation", "value");

  /**
   * One number.
   *
   * @param params N, under the plan's convention
   * @param flops C, under the plan's convention
   * @param evaluation its name and what is told, {@code NAME.accuracy}
   */
  public record Row(
      String run,
      long step,
      long tokens,
      double params,
      double flops,
      String evaluation,
      double value) {}

  public EvaluationTable {
    rows = List.copyOf(rows);
  }

  /** What runs were asked beside their losses, whatever became of them. */
  public static EvaluationTable of(List<StoredRun> runs, FitPlan plan) {
    List<Row> rows = new ArrayList<>();
    for (StoredRun run : runs) {
      for (Checkpoint checkpoint : run.checkpoints()) {
        Facts facts = run.facts().orElseThrow();
        double params = facts.parameters().under(plan.params());
        double flops =
            plan.flops() == FitPlan.Flops.SIX_ND
                ? 6 * params * checkpoint.tokens()
                : checkpoint.flops();
        checkpoint
            .evaluations()
            .map(TreeMap::new)
            .ifPresent(
                told ->
                    told.forEach(
                        (name, value) ->
                            rows.add(
                                new Row(
                                    run.run().id(),
                                    checkpoint.step(),
                                    checkpoint.tokens(),
                                    params,
                                    flops,
                                    name,
                                    value))));
      }
    }
    return new EvaluationTable(rows);
  }

  /** Names of what is told, sorted. */
  public List<String> names() {
    TreeSet<String> names = new TreeSet<>();
    rows.forEach(row -> names.add(row.evaluation));
    return List.copyOf(names);
  }

  /** What was told of a run at its last checkpoint, by name. */
  public Map<String, Double> last(String run) {
    Map<String, Double> last = new TreeMap<>();
    rows.stream()
        .filter(row -> row.run.equals(run))
        .forEach(row -> last.put(row.evaluation, row.value));
    return last;
  }

  /** Writes the table; where nothing was asked there is none, nor what an earlier one left. */
  public void write(Path file) throws IOException {
    if (rows.isEmpty()) {
      Files.deleteIfExists(file);
      return;
    }
    StringBuilder text = new StringBuilder(Csv.line(COLUMNS)).append("\r\n");
    for (Row row : rows) {
      List<Object> fields =
          List.of(row.run, row.step, row.tokens, row.params, row.flops, row.evaluation, row.value);
      text.append(Csv.line(fields.stream().map(ObservationTable::text).toList())).append("\r\n");
    }
    Files.writeString(file, text);
  }
}
