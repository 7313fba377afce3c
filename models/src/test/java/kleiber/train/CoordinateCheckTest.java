package kleiber.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import kleiber.engine.Engine;
import kleiber.engine.host.HostEngine;
import kleiber.engine.nd4j.Nd4jEngine;
import kleiber.models.Gpt;
import kleiber.models.MixtureOfExperts;
import kleiber.models.MuP;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Models move as much at any width in muP, and in the standard parametrization they do not. */
class CoordinateCheckTest {
  private static final Engine ENGINE = new HostEngine(2);

  @TempDir Path cache;

  @AfterAll
  static void close() {
    ENGINE.close();
  }

  private static Gpt gpt(boolean modern, Optional<MuP> muP) {
    return gpt(modern, muP, OptionalInt.empty());
  }

  private static Gpt gpt(boolean modern, Optional<MuP> muP, OptionalInt kvHeads) {
    return new Gpt(
        3,
        64,
        4,
        modern ? Gpt.Position.ROTARY : Gpt.Position.LEARNED,
        modern ? Gpt.Norm.RMS : Gpt.Norm.LAYER,
        modern ? Gpt.Activation.SWIGLU : Gpt.Activation.GELU,
        !modern,
        modern,
        !modern,
        muP,
        OptionalDouble.empty(),
        kvHeads,
        OptionalInt.empty());
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void muPPassesAndTheStandardParametrizationFails(boolean modern) {
    CoordinateCheck muP =
        CoordinateCheck.of(gpt(modern, Optional.of(new MuP(32))), Specs.ADAMW, ENGINE);
    CoordinateCheck standard =
        CoordinateCheck.of(gpt(modern, Optional.empty()), Specs.ADAMW, ENGINE);
    assertEquals(15, muP.slopes().size(), "four additions and the logits, three times");
    assertTrue(muP.holds(), muP.toString());
    assertFalse(standard.holds(), standard.toString());
  }

  @Test
  void muPHoldsWhereKeysAreShared() {
    CoordinateCheck shared =
        CoordinateCheck.of(
            gpt(true, Optional.of(new MuP(32)), OptionalInt.of(2)), Specs.ADAMW, ENGINE);
    assertTrue(shared.holds(), shared.toString());
  }

  /** Of a mixture, whose router's logits must not grow or vanish with the width either. */
  @Test
  void muPHoldsForExperts() {
    Gpt dense = gpt(true, Optional.of(new MuP(32)));
    MixtureOfExperts mixture =
        new MixtureOfExperts(
            dense,
            4,
            2,
            OptionalInt.empty(),
            OptionalInt.empty(),
            OptionalDouble.of(0.01),
            OptionalDouble.empty());
    CoordinateCheck check = CoordinateCheck.of(mixture, Specs.ADAMW, ENGINE);
    assertTrue(check.holds(), check.toString());
  }

  @Test
  void theLadderIsTheSameForAllOfAGrid() {
    CoordinateCheck one =
        CoordinateCheck.of(gpt(true, Optional.of(new MuP(32))), Specs.ADAMW, ENGINE);
    CoordinateCheck other =
        CoordinateCheck.of(
            gpt(true, Optional.of(new MuP(64))), Specs.ADAMW.withLearningRate(3), ENGINE);
    assertSame(one, other);
  }

  /** What checks a grid where the CPU engine cannot run comes to the same. */
  @Test
  @Tag("slow")
  void everyEngineFindsTheSameSlopes() {
    Gpt gpt = gpt(true, Optional.of(new MuP(32)));
    CoordinateCheck here = CoordinateCheck.of(gpt, Specs.ADAMW, ENGINE);
    try (Engine other = new Nd4jEngine(1)) {
      CoordinateCheck there = CoordinateCheck.of(gpt, Specs.ADAMW, other);
      here.slopes().forEach((what, slope) -> assertEquals(slope, there.slopes().get(what), 1e-2));
    }
  }

  /** An epsilon that hides the gradients of wide models makes them move less. */
  @Test
  void whatDoesNotHoldIsRefusedBeforeTraining() {
    AdamW blunt = new AdamW(0.01, 0.9, 0.95, 1e-3, 0.1, 1);
    TrainingSpec spec =
        Specs.of(
                gpt(true, Optional.of(new MuP(32))),
                new MadeUpText(1000, 200, 16),
                640,
                Specs.VALIDATION)
            .withOptimizer(blunt);
    try (Trainer trainer = new KernelTrainer(ENGINE, new OpenCorpora(cache))) {
      String sentence =
          assertThrows(IllegalArgumentException.class, () -> trainer.check(spec, StopSignal.NEVER))
              .getMessage();
      assertTrue(
          sentence.matches(
              "muP does not hold here: the change of .* goes as width\\^-?\\d\\.\\d\\d, but the"
                  + " exponent must be within ±0\\.1 for a learning rate to carry over; try a"
                  + " smaller epsilon of the optimizer, or leave muP out of the model"),
          sentence);
    }
  }

  @Test
  void aSlopeThatIsNoNumberIsRefused() {
    assertFalse(new CoordinateCheck(Map.of("logits", Double.NaN, "x", 0.0)).holds());
  }

  @Test
  void otherOptimizersAreRefused() {
    assertEquals(
        "muP says how learning rates of AdamW follow from the width, not those of Muon; take"
            + " AdamW, or leave muP out of the model",
        assertThrows(
                IllegalArgumentException.class,
                () ->
                    Specs.of(
                            gpt(true, Optional.of(new MuP(32))),
                            new MadeUpText(1000, 200, 16),
                            640,
                            Specs.VALIDATION)
                        .withOptimizer(new Muon(0.01, 0.95, 0.9, 0.95, 1e-8, 0.1, 1)))
            .getMessage());
  }
}
