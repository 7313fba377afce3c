package kleiber.study;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import kleiber.experiment.Experiment;
import kleiber.experiment.Experiments;
import kleiber.observe.Analysis;
import kleiber.observe.LossUnit;
import kleiber.report.Report;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is told of models that guess masked tokens names what it is a loss of. */
class MaskedLossTest {
  @TempDir private Path folder;

  @Test
  void tablesAndFiguresSayWhichTokens() throws IOException {
    Experiment experiment = masked();
    assertEquals("nats per masked token", LossUnit.of(experiment));
    Analysis analysis =
        MadeLosses.curves(experiment, (run, step, _) -> CheckpointsTest.law(run, step));
    String page = Files.readString(Report.write(folder, Conclusions.of(analysis)));
    for (String label :
        new String[] {
          "Held-out loss, ",
          "Measured loss, ",
          "Predicted loss, ",
          "Foretold, ",
          "Losses that were foretold, in ",
          "Held-out loss in "
        }) {
      assertTrue(page.contains(label + "nats per masked token"), label);
      assertFalse(page.contains(label + "nats per token"), label);
    }
    assertTrue(page.contains("in nats per masked token at its last checkpoint"));
    assertTrue(page.contains("\"unit\":\"nats per masked token\""));
  }

  private static Experiment masked() {
    return Experiments.parse(
        CheckpointsTest.EXPERIMENT
            .text()
            .replace("type: Gpt", "type: Encoder")
            .replace("tiedHead: true, ", "")
            .replace("biases: true}", "biases: true, masked: 0.15}")
            .replace("seed: [1, 2, 3, 4, 5, 6, 7, 8]", "seed: [1, 2]"));
  }
}
