package kleiber.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import kleiber.experiment.Experiment;
import kleiber.experiment.UserException;
import kleiber.observe.Csv;
import kleiber.run.RunStore;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Questions to the logs in SQL. */
@Command(
    name = "query",
    mixinStandardHelpOptions = true,
    description = {
      "Ask the logs of an experiment in SQL, answered by DuckDB (fetched when it is first used,"
          + " 80 MB): tables runs, observations, checkpoints and timing. Settings are columns by"
          + " their path, such as \"model.width\".",
      "Such as: query results/quickstart 'select run, min(loss) from observations group by run'"
    })
final class QueryCommand implements Callable<Integer> {
  private static final String DATABASE = "jdbc:duckdb:";

  @Mixin private ResultsArguments arguments;

  @Parameters(index = "1", paramLabel = "SQL", description = "A query.")
  private String sql;

  @Option(names = "--csv", description = "Print the answer as CSV, for other programs.")
  private boolean csv;

  @Spec private CommandSpec spec;

  @Override
  public Integer call() throws IOException {
    Experiment experiment = arguments.read();
    PrintWriter out = spec.commandLine().getOut();
    try (Connection database = open()) {
      fill(database, experiment);
      print(database, out);
    } catch (SQLException e) {
      throw new IOException("DuckDB could not be closed: " + e.getMessage(), e);
    }
    out.flush();
    return 0;
  }

  private static Connection open() {
    try {
      return DriverManager.getConnection(DATABASE);
    } catch (SQLException e) {
      throw new UserException(
          "query needs DuckDB's driver, which is not on the class path: start it as `./kleiber"
              + " query`, which fetches it, or build with -Pquery ("
              + e.getMessage()
              + ")",
          e);
    }
  }

  private void fill(Connection database, Experiment experiment) throws IOException {
    try {
      new QueryTables(database).fill(experiment, new RunStore(arguments.folder()));
    } catch (SQLException e) {
      throw new IOException("the logs could not be read as tables: " + e.getMessage(), e);
    }
  }

  private void print(Connection database, PrintWriter out) {
    try (Statement statement = database.createStatement();
        ResultSet answer = statement.executeQuery(sql)) {
      ResultSetMetaData columns = answer.getMetaData();
      List<String> header = new ArrayList<>();
      for (int column = 1; column <= columns.getColumnCount(); column++) {
        header.add(columns.getColumnLabel(column));
      }
      TextTable table = new TextTable(header.toArray(String[]::new));
      if (csv) {
        out.println(Csv.line(header));
      }
      while (answer.next()) {
        List<String> fields = new ArrayList<>();
        for (int column = 1; column <= header.size(); column++) {
          Object value = answer.getObject(column);
          fields.add(value == null ? "" : value.toString());
        }
        if (csv) {
          out.println(Csv.line(fields));
        } else {
          table.row(fields.toArray(String[]::new));
        }
      }
      if (!csv) {
        out.println(table);
      }
    } catch (SQLException e) {
      throw new UserException(
          e.getMessage() + "\ntables: runs, observations, checkpoints, timing", e);
    }
  }
}
