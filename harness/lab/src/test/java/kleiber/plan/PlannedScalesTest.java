package kleiber.plan;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalDouble;
import java.util.SplittableRandom;
import kleiber.experiment.Experiment;
import kleiber.experiment.Run;
import kleiber.laws.Scale;
import kleiber.models.ParameterCount;
import kleiber.observe.Observations;
import kleiber.run.StoredRun;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A run that sees a little text many times. */
class PlannedScalesTest {
  @TempDir Path folder;

  private Experiment experiment(String... changes) throws IOException {
    Path text = Files.createDirectory(folder.resolve("text"));
    for (int file = 0; file < 40; file++) {
      Files.writeString(text.resolve(file + ".txt"), "law loss scale token ".repeat(20 + file));
    }
    try (InputStream yaml = Prospect.class.getResourceAsStream("/kleiber/cli/rehearsal.yaml")) {
      String written = new String(yaml.readAllBytes(), StandardCharsets.UTF_8);
      Path file = folder.resolve("grid.yaml");
      Files.writeString(file, written.replace("TEXT", "'" + text + "'"));
      return Experiment.read(file, List.of(changes));
    }
  }

  /** The last two checkpoints planned, of 8,178 and 8,192 tokens, both fall on step 128. */
  @Test
  void checkpointsOfOneStepAreOne() throws IOException {
    Experiment experiment = experiment("base.checkpoints.ratio=1.4138");
    PlannedScales scales =
        PlannedScales.opened(experiment.fit(), experiment.runs(), folder.resolve("corpora"));
    Prior prior = Prior.usual(experiment, scales, OptionalDouble.of(0.002));
    List<StoredRun> made =
        new MadeRuns(scales, prior).of(experiment.runs(), new SplittableRandom(1));
    Observations read = Observations.of(made, experiment.fit());
    assertEquals(1, read.heldOut().size());
    assertEquals(9, read.fit().size());
  }

  @Test
  void sparsityIsKnownBeforeTraining() throws IOException {
    Experiment experiment =
        experiment("base.model.type=MixtureOfExperts", "base.model.experts=4", "base.model.topK=1");
    PlannedScales scales =
        PlannedScales.opened(experiment.fit(), experiment.runs(), folder.resolve("corpora"));
    Run run = experiment.runs().getFirst();
    ParameterCount count = run.parameters(256);
    assertEquals(
        (double) count.idle().orElseThrow() / count.total(),
        scales.of(run).extra().get(Scale.SPARSITY));
  }

  @Test
  void repeatedTokensAreNotTakenForUnique() throws IOException {
    Experiment experiment = experiment("base.repeat=true", "grid.1.tokens=[131072]");
    Run large = experiment.runs().getLast();
    PlannedScales scales =
        PlannedScales.opened(experiment.fit(), experiment.runs(), folder.resolve("corpora"));
    long unique = scales.uniqueTokens(large);
    assertTrue(unique > 8192 && unique < 65536, unique + " tokens");
    assertEquals((double) unique, scales.of(large).extra().get(Scale.UNIQUE_TOKENS));
    assertEquals(131072, scales.of(large).tokens());

    Prior prior = Prior.usual(experiment, scales, OptionalDouble.of(0.002));
    List<StoredRun> made =
        new MadeRuns(scales, prior).of(experiment.runs(), new SplittableRandom(1));
    assertEquals(
        131072.0 / unique, made.getLast().checkpoints().getLast().epochs(), 1e-9, "epochs");
    Observations read = Observations.of(made, experiment.fit());
    assertEquals(List.of(), read.heldOut());
    assertTrue(
        read.exclusions().stream()
            .anyMatch(out -> out.reason().contains("has no term for repetition")),
        read.exclusions().toString());
  }
}
