package kleiber.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** Questions to the logs of real, small trainings, answered by the real database. */
class QueryCommandTest {
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();
  @TempDir Path folder;

  private int kleiber(String... words) {
    out.getBuffer().setLength(0);
    err.getBuffer().setLength(0);
    CommandLine commandLine = Kleiber.commandLine();
    commandLine.setOut(new PrintWriter(out)).setErr(new PrintWriter(err, true));
    return commandLine.execute(words);
  }

  private List<String> ask(String sql) {
    assertEquals(
        0,
        kleiber("query", folder.resolve("it's results").toString(), "--csv", sql),
        err.toString());
    return out.toString().lines().toList();
  }

  @Test
  void theLogsAreTables() throws IOException {
    String experiment = Rehearsal.writeExperiment(folder).toString();
    String results = folder.resolve("it's results").toString();
    String[] half = {"run", experiment, "--out", results, "--workers", "0", "--shard", "0/2"};
    assertEquals(0, kleiber(half), err.toString());
    assertEquals(List.of("n", "10"), ask("select count(*) as n from runs"));
    List<String> states = ask("select state, count(*) from runs group by all order by all");
    assertEquals(3, states.size(), states.toString());
    assertTrue(states.get(1).startsWith("done,") && states.get(2).startsWith("missing,"));
    List<String> widths =
        ask(
            "select r.\"model.width\", min(o.loss) > 0 from runs r join observations o on o.run ="
                + " r.id group by all order by all");
    assertTrue(widths.size() > 1 && widths.getLast().endsWith(",true"), widths.toString());
    assertEquals(
        List.of("same", "true"),
        ask(
            "select count(*) = (select count(*) from observations) as same from checkpoints c join"
                + " timing t using (run, step)"));
    assertEquals(0, kleiber("query", results, "select 1 as one, null as nothing"));
    assertEquals("one  nothing\n  1\n", out.toString().replace("\r", ""));
    assertEquals(2, kleiber("query", results, "select * from planets"));
    assertTrue(
        err.toString().contains("tables: runs, observations, checkpoints, timing"), err.toString());
  }

  @Test
  void anEmptyExperimentHasEmptyTables() throws IOException {
    String experiment = Rehearsal.writeExperiment(folder).toString();
    Path results = folder.resolve("it's results");
    Files.createDirectories(results);
    Files.copy(Path.of(experiment), results.resolve("experiment.yaml"));
    assertEquals(List.of("n", "0"), ask("select count(*) as n from checkpoints"));
    assertEquals(List.of("n", "0"), ask("select count(*) as n from observations"));
    assertEquals(List.of("n", "10"), ask("select count(*) as n from runs"));
  }
}
