package kleiber.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import kleiber.experiment.Experiment;
import kleiber.experiment.FlatSettings;
import kleiber.experiment.Words;
import kleiber.observe.Csv;
import kleiber.observe.ObservationTable;
import kleiber.observe.Observations;
import kleiber.run.RunStore;
import kleiber.run.StoredRun;

/**
 * The logs of an experiment as tables of a database:
 *
 * <pre>
 * runs          a row for each run: id, state, reason, seconds, and every setting by its path
 * observations  a row for each loss, with its scale under every convention: observations.csv
 * checkpoints   a row for each checkpoint, as the log has it
 * timing        a row for each checkpoint: seconds, tokens per second
 * </pre>
 */
final class QueryTables {
  private static final List<String> LOGS = List.of("checkpoints", "timing");

  private final Connection database;

  QueryTables(Connection database) {
    this.database = database;
  }

  /** Fills the tables with what is stored now. */
  void fill(Experiment experiment, RunStore store) throws IOException, SQLException {
    List<StoredRun> runs = store.load(experiment);
    Path aside = Files.createTempDirectory("kleiber-query");
    Path csv = aside.resolve("table.csv");
    try {
      ObservationTable.write(csv, Observations.of(runs, experiment.fit()));
      table("observations", csv);
      Files.writeString(csv, text(runs));
      table("runs", csv);
    } finally {
      Files.deleteIfExists(csv);
      Files.delete(aside);
    }
    for (String log : LOGS) {
      log(log, store, runs);
    }
  }

  private void table(String name, Path csv) throws SQLException {
    execute(
        "CREATE TABLE %s AS SELECT * FROM read_csv(%s, header = true, sample_size = -1, types = {%s})"
            .formatted(name, quoted(csv.toString()), "'%s': 'VARCHAR'".formatted(id(name))));
  }

  /** Ids are text, even where all of them look like numbers. */
  private static String id(String table) {
    return table.equals("runs") ? "id" : "run";
  }

  private void log(String name, RunStore store, List<StoredRun> runs) throws SQLException {
    List<String> files = new ArrayList<>();
    for (StoredRun run : runs) {
      Path file = store.folder(run.run()).resolve(name + ".jsonl");
      if (Files.isRegularFile(file)) {
        files.add(quoted(file.toAbsolutePath().toString()));
      }
    }
    execute(
        files.isEmpty()
            ? "CREATE TABLE %s (run VARCHAR, step BIGINT, tokens BIGINT)".formatted(name)
            : ("CREATE TABLE %s AS SELECT parse_filename(parse_dirpath(filename)) AS run, * EXCLUDE"
                    + " (filename) FROM read_json([%s], format = 'newline_delimited', filename ="
                    + " true, union_by_name = true)")
                .formatted(name, String.join(", ", files)));
  }

  private void execute(String sql) throws SQLException {
    try (Statement statement = database.createStatement()) {
      statement.execute(sql);
    }
  }

  static String quoted(String text) {
    return "'" + text.replace("'", "''") + "'";
  }

  private static String text(List<StoredRun> runs) {
    List<Map<String, String>> settings =
        runs.stream().map(run -> FlatSettings.of(run.run())).toList();
    Set<String> paths = new TreeSet<>();
    settings.forEach(each -> paths.addAll(each.keySet()));
    Set<String> header = new LinkedHashSet<>(List.of("id", "state", "reason", "seconds"));
    header.addAll(paths);
    List<String> lines = new ArrayList<>();
    lines.add(Csv.line(List.copyOf(header)));
    for (int i = 0; i < runs.size(); i++) {
      StoredRun run = runs.get(i);
      List<String> fields = new ArrayList<>();
      fields.add(run.run().id());
      fields.add(Words.of(run.state()));
      fields.add(run.reason().orElse(""));
      fields.add(Double.isFinite(run.seconds()) ? Double.toString(run.seconds()) : "");
      for (String path : paths) {
        fields.add(settings.get(i).getOrDefault(path, ""));
      }
      lines.add(Csv.line(fields));
    }
    return lines.stream().collect(Collectors.joining("\r\n", "", "\r\n"));
  }
}
