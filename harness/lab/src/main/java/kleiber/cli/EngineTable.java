package kleiber.cli;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import kleiber.engine.Engine;
import kleiber.engine.naive.NaiveEngine;
import kleiber.engine.trial.KernelCheck;
import kleiber.engine.trial.KernelCheck.Row;
import kleiber.observe.Quantity;

/**
 * Every kernel of engines, and whole training steps, beside the plain engine: relative errors, and
 * how many times as fast.
 */
final class EngineTable {
  private static final String STEP = "training step";

  private final KernelCheck check = new KernelCheck();
  private final EngineCheck steps;
  private final Map<String, Double> plainSeconds;
  private final Map<String, Map<String, Row>> engines = new LinkedHashMap<>();

  /** Takes the plain engine's numbers and times. */
  EngineTable() {
    plainSeconds = new LinkedHashMap<>(check.plainSeconds());
    try (Engine naive = new NaiveEngine(1)) {
      steps = new EngineCheck(naive);
    }
    plainSeconds.put(STEP, steps.plainSeconds());
  }

  /** Tries an engine, to be shown by a name. Never fails for what the engine does. */
  void add(String name, Engine engine) {
    Map<String, Row> rows = new LinkedHashMap<>(check.rows(engine));
    rows.put(STEP, steps.row(engine));
    engines.put(name, rows);
  }

  /** One sentence for each kernel that an engine does not compute here. */
  List<String> faults() {
    List<String> faults = new ArrayList<>();
    engines.forEach(
        (name, rows) ->
            rows.forEach(
                (kernel, row) -> {
                  if (!row.right()) {
                    faults.add(name + ": " + kernel + ": " + row.fault());
                  }
                }));
    return faults;
  }

  @Override
  public String toString() {
    List<String> header = new ArrayList<>(List.of("kernel", "naive, µs"));
    engines.keySet().forEach(name -> header.addAll(List.of(name + ": error", "× naive")));
    TextTable table = new TextTable(header.toArray(String[]::new));
    plainSeconds.forEach(
        (kernel, seconds) -> {
          List<String> cells = new ArrayList<>();
          cells.add(kernel);
          cells.add(Quantity.significant(1e6 * seconds, 3));
          for (Map<String, Row> rows : engines.values()) {
            Row row = rows.get(kernel);
            String error = Quantity.significant(row.error(), 2);
            cells.add(row.right() ? error : error + " WRONG");
            cells.add(Quantity.significant(seconds / row.seconds(), 2));
          }
          table.row(cells.toArray(String[]::new));
        });
    return table.toString();
  }
}
