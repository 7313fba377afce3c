package kleiber.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import kleiber.experiment.Experiment;
import kleiber.experiment.Run;
import kleiber.run.RunStore;
import kleiber.run.StoredRun;
import kleiber.train.Checkpoint;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/**
 * An experiment of 50 steps is the same experiment on every device. The judge computes in double
 * precision and the others in float32, whose rounding, 6e-8 of a loss of about 5, grows with the
 * steps: the losses may differ by 1e-5 nats, gradient norms by 1e-4.
 */
class DevicesAgreeTest {
  private static final double LOSS_TOLERANCE = 1e-5;
  private static final double NORM_TOLERANCE = 1e-4;

  @TempDir Path folder;

  @BeforeEach
  void writeText() throws IOException {
    Random random = new Random(2);
    Path text = Files.createDirectory(folder.resolve("text"));
    for (int file = 0; file < 20; file++) {
      StringBuilder words = new StringBuilder();
      while (words.length() < 1000) {
        words.append("abcdefgh".charAt(random.nextInt(8))).append(words.length() % 7).append(' ');
      }
      Files.writeString(text.resolve(file + ".txt"), words);
    }
    try (var yaml = DevicesAgreeTest.class.getResourceAsStream("tiny.yaml")) {
      Files.writeString(
          folder.resolve("tiny.yaml"),
          new String(yaml.readAllBytes()).replace("TEXT", "'" + text + "'"));
    }
  }

  @Test
  void onFiftySteps() {
    Map<String, List<Checkpoint>> judge = run("naive");
    for (String device : List.of("nd4j", "cpu")) {
      Map<String, List<Checkpoint>> judged = run(device);
      assertEquals(judge.keySet(), judged.keySet());
      judge.forEach(
          (id, rows) -> {
            assertEquals(50, rows.getLast().step());
            assertTrue(rows.getLast().trainLoss() < rows.getFirst().trainLoss() - 0.5);
            assertEquals(rows.size(), judged.get(id).size());
            for (int i = 0; i < rows.size(); i++) {
              agree(rows.get(i), judged.get(id).get(i), device + " on run " + id);
            }
          });
    }
  }

  private static void agree(Checkpoint judge, Checkpoint judged, String what) {
    String at = what + " after step " + judge.step();
    assertEquals(judge.step(), judged.step(), at);
    assertEquals(judge.trainLoss(), judged.trainLoss(), LOSS_TOLERANCE, at);
    double loss = judge.heldOut().get("text").loss();
    assertEquals(loss, judged.heldOut().get("text").loss(), LOSS_TOLERANCE, at);
    assertEquals(judge.gradientNorm(), judged.gradientNorm(), NORM_TOLERANCE, at);
  }

  /** The checkpoints of both runs, by id. */
  private Map<String, List<Checkpoint>> run(String device) {
    Path file = folder.resolve("tiny.yaml");
    List<String> settings =
        List.of("grid=[{model.width: [8, 16], tokens: [3200]}]", "fit.holdOut.flopsAbove=7e7");
    Path results = folder.resolve(device);
    StringWriter err = new StringWriter();
    CommandLine commandLine = Kleiber.commandLine();
    commandLine.setOut(new PrintWriter(new StringWriter())).setErr(new PrintWriter(err, true));
    int code =
        commandLine.execute(
            "run",
            file.toString(),
            "--devices",
            device,
            "--out",
            results.toString(),
            "--set",
            settings.get(0),
            "--set",
            settings.get(1));
    assertEquals(0, code, err.toString());
    Map<String, List<Checkpoint>> rows = new HashMap<>();
    for (Run run : Experiment.read(file, settings).runs()) {
      StoredRun stored = new RunStore(results).load(run);
      assertEquals(StoredRun.State.DONE, stored.state(), stored.reason().toString());
      rows.put(run.id(), stored.checkpoints());
    }
    return rows;
  }
}
