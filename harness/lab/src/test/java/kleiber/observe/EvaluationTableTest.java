package kleiber.observe;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import kleiber.report.Report;
import kleiber.run.RunStore;
import kleiber.run.StoredRun;
import kleiber.study.Conclusions;
import kleiber.train.Checkpoint;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Numbers beside the losses, from the logs to the report. */
class EvaluationTableTest {
  @TempDir Path folder;

  /** The same run, which got more right at every checkpoint. */
  private static StoredRun asked(StoredRun run) {
    List<Checkpoint> told = new ArrayList<>();
    for (Checkpoint c : run.checkpoints()) {
      told.add(
          new Checkpoint(
              c.step(),
              c.tokens(),
              c.epochs(),
              c.flops(),
              c.learningRate(),
              c.fractionOfPeak(),
              c.trainLoss(),
              c.gradientNorm(),
              c.heldOut(),
              Optional.of(Map.of("quiz.accuracy", (1.0 + told.size()) / 64, "quiz.asked", 64.0))));
    }
    return new StoredRun(run.run(), run.state(), run.reason(), run.facts(), told, run.seconds());
  }

  private String report(List<StoredRun> runs, String file) throws IOException {
    Analysis analysis = Analysis.of(MadeRuns.experiment("made?", runs, MadeRuns.PLAN), runs);
    Report.write(folder, new RunStore(folder), Conclusions.of(analysis));
    return Files.readString(folder.resolve(file));
  }

  @Test
  void isInTheReportAndInATableOfItsOwn() throws IOException {
    List<StoredRun> runs = new ArrayList<>(MadeRuns.grid());
    runs.set(3, asked(runs.get(3)));
    String id = runs.get(3).run().id();
    int checkpoints = runs.get(3).checkpoints().size();
    String last = Quantity.significant(checkpoints / 64.0, 4);
    String text = report(runs, "report.md");
    assertTrue(text.contains("| " + id + " | quiz.accuracy | " + last + " |"), text);
    String page = Files.readString(folder.resolve("report.html"));
    assertTrue(page.contains("Evaluations at the last checkpoint"), "no table");
    List<String> table = Files.readAllLines(folder.resolve(EvaluationTable.FILE));
    assertEquals("run,step,tokens,params,flops,evaluation,value", table.getFirst());
    assertEquals(2 * checkpoints, table.size() - 1);
    assertTrue(
        table.getLast().startsWith(id + ",") && table.getLast().endsWith(",quiz.asked,64.0"));

    assertFalse(report(MadeRuns.grid(), "report.md").contains("Evaluations"));
    assertFalse(Files.exists(folder.resolve(EvaluationTable.FILE)), "of an earlier report");
  }
}
