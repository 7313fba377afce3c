package kleiber.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import kleiber.models.Encoder;
import kleiber.models.Gpt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

/** Settings that make no sense are refused in words. */
class RefusalsTest {
  @Test
  void ofAdamW() {
    assertRefused(
        "learningRate is 100.0 but must be above 0 and below 100",
        () -> new AdamW(100, 0.9, 0.95, 1e-8, 0.1, 1));
    assertRefused(
        "learningRate is NaN but must be above 0 and below 100",
        () -> new AdamW(Double.NaN, 0.9, 0.95, 1e-8, 0.1, 1));
    assertRefused(
        "beta1 is 1.0 but must be in [0, 1)", () -> new AdamW(0.1, 1, 0.95, 1e-8, 0.1, 1));
    assertRefused(
        "beta2 is -0.1 but must be in [0, 1)", () -> new AdamW(0.1, 0.9, -0.1, 1e-8, 0.1, 1));
    assertRefused(
        "epsilon is 0.0 but must be positive and finite",
        () -> new AdamW(0.1, 0.9, 0.95, 0, 0.1, 1));
    assertRefused(
        "epsilon is Infinity but must be positive and finite",
        () -> new AdamW(0.1, 0.9, 0.95, Double.POSITIVE_INFINITY, 0.1, 1));
    assertRefused(
        "weightDecay is Infinity but must be zero or more, and finite",
        () -> new AdamW(0.1, 0.9, 0.95, 1e-8, Double.POSITIVE_INFINITY, 1));
    assertRefused(
        "clip is 0.0 but must be positive", () -> new AdamW(0.1, 0.9, 0.95, 1e-8, 0.1, 0));
  }

  @Test
  void ofOtherOptimizers() {
    assertRefused("momentum is 1.0 but must be in [0, 1)", () -> new Sgd(0.1, 1, false, 0, 1));
    assertRefused(
        "nesterov looks ahead along the momentum, but momentum is 0: give one, or say nesterov:"
            + " false",
        () -> new Sgd(0.1, 0, true, 0, 1));
    assertRefused(
        "weightDecay is -1.0 but must be zero or more, and finite",
        () -> new Sgd(0.1, 0, false, -1, 1));
    assertRefused(
        "momentum is -0.5 but must be in [0, 1)",
        () -> new Muon(0.1, -0.5, 0.9, 0.95, 1e-8, 0.1, 1));
    assertRefused(
        "beta2 is 1.0 but must be in [0, 1)", () -> new Muon(0.1, 0.95, 0.9, 1, 1e-8, 0.1, 1));
  }

  @Test
  void ofACheckpointPlan() {
    assertRefused("first is 0 but must be at least 1 token", () -> new CheckpointPlan(0, 2));
    for (double ratio : new double[] {1, 1.0009, Double.NaN, Double.POSITIVE_INFINITY}) {
      assertRefused(
          "ratio is " + ratio + " but must be at least 1.001", () -> new CheckpointPlan(1, ratio));
    }
  }

  @Test
  void ofAHeldOutSet() {
    assertRefused(
        "tokens is 0 but a held-out set needs some", () -> new HeldOut(0, Optional.empty()));
    assertRefused(
        "tokens is 1073741825 but a held-out set may have at most 1073741824",
        () -> new HeldOut((1 << 30) + 1, Optional.empty()));
  }

  @Test
  void ofATraining() {
    assertRefused("context is 0 but must be at least 1 token", () -> spec(0, 4, 640, 32));
    assertRefused("batch is 0 but must be at least 1 sequence", () -> spec(8, 0, 640, 32));
    assertRefused("tokens is 0 but must be from 1 to 1000000000000000000", () -> spec(8, 4, 0, 32));
    assertRefused(
        "tokens is 9223372036854775807 but must be from 1 to 1000000000000000000",
        () -> spec(8, 4, Long.MAX_VALUE, 32));
    assertRefused(
        "batch 65536 × context 32768 is more than 2147483647 tokens a step; give a smaller batch"
            + " or context",
        () -> spec(32_768, 65_536, 640, 32));
    assertRefused("warmup of 641 tokens is longer than the run of 640", () -> spec(8, 4, 640, 641));
    assertRefused(
        "heldOut is empty: name at least one held-out set",
        () -> Specs.of(Specs.GPT, new MadeUpText(1000, 200, 16), 640, Map.of()));
  }

  @Test
  void ofAMicroBatch() {
    String sentence = "microBatch is %d but must divide batch, which is 4; the nearest to it: %s";
    assertRefused(sentence.formatted(0, "1"), () -> Specs.inPasses(Specs.spec(), 0));
    assertRefused(sentence.formatted(-2, "1"), () -> Specs.inPasses(Specs.spec(), -2));
    assertRefused(sentence.formatted(3, "2, 4"), () -> Specs.inPasses(Specs.spec(), 3));
    assertRefused(sentence.formatted(8, "4"), () -> Specs.inPasses(Specs.spec(), 8));
    assertEquals(2, Specs.inPasses(Specs.spec(), 2).sequencesPerPass());
    assertEquals(Specs.spec(), Specs.inPasses(Specs.spec(), 4), "all at once, and the same id");
  }

  /** It would be another id for the same training. */
  @Test
  void ofAWindowThatHidesNothing() {
    assertRefused(
        "masked is 0.001, which of a context of 8 is 0 positions, but at least 1 must be masked and"
            + " 1 left to read; give a share of 1/8 to 7/8",
        () ->
            Specs.with(
                Specs.spec(),
                new Encoder(
                    1,
                    8,
                    2,
                    Gpt.Position.LEARNED,
                    Gpt.Norm.LAYER,
                    Gpt.Activation.GELU,
                    false,
                    true,
                    0.001)));
    assertRefused(
        "window is 8 and context 8, so every query sees all positions before it anyway; give a"
            + " smaller window, or leave it out of the model",
        () -> windowed(8));
    assertEquals(OptionalInt.of(7), windowed(7).model().window());
  }

  @Test
  void ofQuestionsThatAModelOfMaskedTokensCannotAnswer() {
    TrainingSpec masked =
        Specs.of(
            new Encoder(
                1,
                8,
                2,
                Gpt.Position.LEARNED,
                Gpt.Norm.LAYER,
                Gpt.Activation.GELU,
                false,
                false,
                0.15),
            new MadeUpText(1000, 200, 16),
            640,
            Specs.VALIDATION);
    assertRefused(
        "evaluations ask for the next token, and Encoder predicts masked ones; leave evaluations"
            + " out",
        () -> Specs.asked(masked));
  }

  private static TrainingSpec windowed(int window) {
    Gpt gpt = Specs.GPT;
    return Specs.of(
        new Gpt(
            gpt.depth(),
            gpt.width(),
            gpt.heads(),
            gpt.position(),
            gpt.norm(),
            gpt.activation(),
            gpt.tiedHead(),
            gpt.qkNorm(),
            gpt.biases(),
            Optional.empty(),
            OptionalDouble.empty(),
            OptionalInt.empty(),
            OptionalInt.of(window)),
        new MadeUpText(1000, 200, 16),
        640,
        Specs.VALIDATION);
  }

  private static void spec(int context, int batch, long tokens, long warmupTokens) {
    TrainingSpec spec = Specs.spec();
    new TrainingSpec(
        spec.model(),
        spec.corpus(),
        context,
        batch,
        tokens,
        false,
        spec.optimizer(),
        new Cosine(warmupTokens, 0.1),
        spec.checkpoints(),
        spec.heldOut(),
        1);
  }

  private static void assertRefused(String sentence, Executable mistake) {
    assertEquals(sentence, assertThrows(IllegalArgumentException.class, mistake).getMessage());
  }
}
