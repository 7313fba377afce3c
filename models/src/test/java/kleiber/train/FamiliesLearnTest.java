package kleiber.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import kleiber.engine.Engine;
import kleiber.engine.host.HostEngine;
import kleiber.models.Families;
import kleiber.models.ModelFamily;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every family, with whatever trains it, learns real text. */
class FamiliesLearnTest {
  @TempDir static Path cache;

  static Stream<ModelFamily> families() {
    return Families.all();
  }

  @ParameterizedTest
  @MethodSource("families")
  void theLossOnRealTextFalls(ModelFamily family) throws IOException {
    // Of masked tokens there are a few in a step.
    long steps = family.masking().isPresent() ? 60 : 15;
    TrainingSpec spec =
        new TrainingSpec(
            family,
            new LicenceText(),
            16,
            2,
            steps * 32,
            false,
            new AdamW(0.1, 0.9, 0.95, 1e-8, 0.01, 1),
            new Constant(0),
            new CheckpointPlan(32, 100),
            Map.of("validation", new HeldOut(96, Optional.empty())),
            1);
    RecordedLog log = new RecordedLog();
    try (Engine engine = new HostEngine(2);
        Trainer trainer = Trainers.of(family, engine, new OpenCorpora(cache))) {
      trainer.train(List.of(spec), StopSignal.NEVER, log);
    }
    double[] losses = log.losses(0, "validation");
    assertEquals(2, losses.length);
    assertTrue(
        losses[1] < Math.log(256) - 1 && losses[1] < losses[0] - 0.5,
        "from %.3f to only %.3f".formatted(losses[0], losses[1]));
  }
}
