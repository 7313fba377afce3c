package kleiber.models;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.Random;
import kleiber.engine.Kernel;
import kleiber.engine.Program;
import kleiber.engine.Tensor;
import kleiber.engine.Update;
import kleiber.models.Gpt.Activation;
import kleiber.models.Gpt.Norm;
import kleiber.models.Gpt.Position;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GptTest {
  private static Gpt gpt2(int depth, int width, int heads) {
    return new Gpt(
        depth, width, heads, Position.LEARNED, Norm.LAYER, Activation.GELU, true, false, true);
  }

  /** The published size of GPT-2 small: 124,439,808 parameters. */
  @Test
  void gpt2SmallHasItsPublishedSize() {
    ParameterCount count = gpt2(12, 768, 12).count(50257, 1024);
    assertEquals(124_439_808, count.total());
    assertEquals(50257L * 768 + 1024 * 768, count.embedding());
    assertEquals(0, count.output());
    assertEquals(12L * 12 * 768 * 768 + 50257L * 768, count.matmul());
  }

  @ParameterizedTest
  @CsvSource({"8, 24, 48", "64, 176, 352", "100, 272, 544", "4096, 10928, 21856"})
  void swigluIsAsLargeAsGelu(int width, int mlpWidth, int columns) {
    Gpt gpt =
        new Gpt(1, width, 1, Position.LEARNED, Norm.RMS, Activation.SWIGLU, true, false, false);
    assertEquals(mlpWidth, gpt.mlpWidth());
    assertEquals(columns, gpt.mlpColumns());
  }

  @Test
  void refusesHeadsThatDoNotDivideTheWidth() {
    IllegalArgumentException e = assertThrows(IllegalArgumentException.class, () -> gpt2(2, 20, 3));
    assertEquals(
        "width 20 is not divisible by heads 3; heads that fit a width of 20: 1, 2, 4, 5, 10, 20",
        e.getMessage());
  }

  @Test
  void refusesRotaryHeadsOfOddWidth() {
    IllegalArgumentException e = assertThrows(IllegalArgumentException.class, () -> rotary(20, 4));
    assertEquals(
        "heads of 5 columns (width 20 / heads 4) cannot be rotary, which needs an even number;"
            + " heads that fit a width of 20: 1, 2, 5, 10",
        e.getMessage());
    e = assertThrows(IllegalArgumentException.class, () -> rotary(9, 2));
    assertEquals("width 9 is not divisible by heads 2; width must be even", e.getMessage());
  }

  private static Gpt rotary(int width, int heads) {
    return new Gpt(
        1, width, heads, Position.ROTARY, Norm.RMS, Activation.SWIGLU, true, false, false);
  }

  @Test
  void refusesSizesThatNoModelHas() {
    assertEquals(
        "depth is 0 but must be at least 1 and at most 1000",
        assertThrows(IllegalArgumentException.class, () -> gpt2(0, 8, 2)).getMessage());
    assertEquals(
        "depth is 2000000000 but must be at least 1 and at most 1000",
        assertThrows(IllegalArgumentException.class, () -> gpt2(2_000_000_000, 8, 2)).getMessage());
    assertEquals(
        "heads is 0 but must be at least 1 and at most 100000",
        assertThrows(IllegalArgumentException.class, () -> gpt2(1, 8, 0)).getMessage());
  }

  @Test
  void initialWeightsAreGpt2s() {
    Gpt gpt = gpt2(8, 64, 4);
    for (Tensor parameter : gpt.program(256, 1, 32).parameters()) {
      double[] values = gpt.initial(parameter, 5);
      String name = parameter.name();
      if (name.endsWith(".gain")) {
        assertTrue(Arrays.stream(values).allMatch(v -> v == 1), name);
      } else if (name.endsWith(".bias")) {
        assertTrue(Arrays.stream(values).allMatch(v -> v == 0), name);
      } else {
        boolean residual = name.contains(".projection.") || name.contains(".down.");
        double deviation = residual ? 0.005 : 0.02;
        double mean = Arrays.stream(values).average().orElseThrow();
        double variance = Arrays.stream(values).map(v -> v * v).average().orElseThrow();
        double n = values.length;
        assertEquals(0, mean / deviation, 5 / Math.sqrt(n), name);
        assertEquals(1, variance / (deviation * deviation), 5 * Math.sqrt(2 / n), name);
      }
    }
  }

  /**
   * Runs are named by their spec, and a spec's weights must not change under it. If this fails, the
   * generator has changed, and with it every run ever made: do not update the numbers.
   */
  @Test
  void initialWeightsNeverChange() {
    assertArrayEquals(
        new double[] {0.01179017499089241, 0.019730933010578156, -0.013999192044138908},
        InitialValues.normal("token.weight", 1, 3, 0.02));
  }

  /**
   * One step at fixed weights and tokens, on the judge's engine. A change that was meant to change
   * what a model computes updates these numbers (they are printed by the failure); if it was not
   * meant to, this is the bug.
   */
  @ParameterizedTest
  @CsvSource({
    "LEARNED, LAYER, GELU, true, false, true, 2.7682203058125134, 3.4366740400586626,"
        + " 2.3296690155895368",
    "LEARNED, LAYER, GELU_ERF, false, true, false, 3.5109609325933895, 3.327637538845896,"
        + " 2.850654956832963",
    "ROTARY, RMS, SWIGLU, false, true, false, 2.667418718365418, 5.9422854849844855,"
        + " 2.205392904252469",
  })
  void oneStepFingerprint(
      Position position,
      Norm norm,
      Activation activation,
      boolean tiedHead,
      boolean qkNorm,
      boolean biases,
      double loss,
      double gradientNorm,
      double lossAfter) {
    Gpt gpt = new Gpt(2, 8, 2, position, norm, activation, tiedHead, qkNorm, biases);
    try (TinyModel model = new TinyModel(gpt)) {
      Random random = new Random(3);
      model.writeLargeWeights(random);
      model.writeTokens(model.randomTokens(random), model.randomTokens(random));
      double[] measured = new double[3];
      measured[0] = model.meanLoss();
      model.backward();
      measured[1] = model.kernels.gradientNorms()[0];
      model.kernels.update(
          new Update(
              1,
              new boolean[] {true},
              new double[] {0.01},
              new double[] {1},
              List.of(new Update.AdamW(0.9, 0.95, 1e-8, 0.1))));
      measured[2] = model.meanLoss();
      assertArrayEquals(
          new double[] {loss, gradientNorm, lossAfter},
          measured,
          1e-9,
          () -> "one step of " + gpt + " now gives " + Arrays.toString(measured));
      assertTrue(measured[2] < measured[0], "a step of gradient descent must lower the loss");
    }
  }

  /** The table of {@link MuP}, at four times the base. */
  @Test
  void muPFollowsItsTable() {
    Gpt standard =
        new Gpt(8, 64, 4, Position.LEARNED, Norm.LAYER, Activation.GELU, false, true, true);
    Gpt gpt =
        new Gpt(
            8,
            64,
            4,
            Position.LEARNED,
            Norm.LAYER,
            Activation.GELU,
            false,
            true,
            true,
            Optional.of(new MuP(16)),
            OptionalDouble.empty(),
            OptionalInt.empty(),
            OptionalInt.empty());
    Program program = gpt.program(31, 2, 8);
    for (Tensor parameter : program.parameters()) {
      boolean hidden = program.hiddenMatrices().contains(parameter);
      assertEquals(hidden, parameter.name().matches("block.*weight"), parameter.name());
      assertEquals(hidden ? 0.25 : 1, parameter.rate(), parameter.name());
      double[] without = standard.initial(parameter, 3);
      double[] with = gpt.initial(parameter, 3);
      for (int i = 0; i < with.length; i++) {
        assertEquals(hidden ? without[i] / 2 : without[i], with[i], 1e-8, parameter.name());
      }
    }
    for (Kernel kernel : program.forward()) {
      switch (kernel) {
        case Kernel.CrossEntropy k -> assertEquals(0.25, k.scale());
        case Kernel.Attention k -> assertEquals(1 / 16.0, k.scale());
        default -> {}
      }
    }
    assertEquals(standard.count(31, 8), gpt.count(31, 8));
  }

  @Test
  void keysAreSharedEvenlyOrNotAtAll() {
    for (int kvHeads : new int[] {0, 3}) {
      assertEquals(
          "kvHeads is %d, but heads of queries must share them evenly; kvHeads that fit 4 heads: 1, 2, 4"
              .formatted(kvHeads),
          assertThrows(IllegalArgumentException.class, () -> shared(kvHeads, 3)).getMessage());
    }
    assertEquals(
        "window is 0 but must be at least 1 position",
        assertThrows(IllegalArgumentException.class, () -> shared(2, 0)).getMessage());
    assertEquals(OptionalInt.empty(), shared(4, 3).kvHeads(), "it is what is meant without");
    ParameterCount all = shared(4, 3).count(31, 8);
    ParameterCount one = shared(1, 3).count(31, 8);
    assertEquals(2L * 64 * (64 - 16), all.matmul() - one.matmul(), "keys and values");
    assertEquals(
        12.0 * 64 * (8 - 3),
        shared(4, 9).trainingFlopsPerToken(31, 8) - shared(4, 3).trainingFlopsPerToken(31, 8));
  }

  @Test
  void aLadderSharesKeysWhereTheModelDoes() {
    for (KernelFamily rung : shared(2, 3).ladder()) {
      Gpt gpt = (Gpt) rung;
      assertEquals(OptionalInt.of(gpt.heads() / 2), gpt.kvHeads());
    }
    assertEquals(OptionalInt.empty(), ((Gpt) shared(4, 3).ladder().getLast()).kvHeads());
  }

  private static Gpt shared(int kvHeads, int window) {
    return new Gpt(
        1,
        64,
        4,
        Position.ROTARY,
        Norm.RMS,
        Activation.SWIGLU,
        true,
        false,
        false,
        Optional.empty(),
        OptionalDouble.empty(),
        OptionalInt.of(kvHeads),
        OptionalInt.of(window));
  }

  @Test
  void refusesCoefficientsThatMakeNoSense() {
    assertEquals(
        "baseWidth is 0 but must be at least 1",
        assertThrows(IllegalArgumentException.class, () -> new MuP(0)).getMessage());
    for (double zLoss : new double[] {0, 1, Double.NaN}) {
      assertEquals(
          "zLoss is " + zLoss + " but must be above 0 and below 1; leave it out for none",
          assertThrows(
                  IllegalArgumentException.class,
                  () ->
                      new Gpt(
                          1,
                          8,
                          2,
                          Position.LEARNED,
                          Norm.RMS,
                          Activation.GELU,
                          true,
                          false,
                          false,
                          Optional.empty(),
                          OptionalDouble.of(zLoss),
                          OptionalInt.empty(),
                          OptionalInt.empty()))
              .getMessage());
    }
  }

  @Test
  void tensorsAreNamedByTheirPlace() {
    List<String> names =
        rotary(8, 2).program(7, 1, 4).parameters().stream().map(Tensor::name).toList();
    assertEquals(
        List.of(
            "token.weight",
            "block0.attention.norm.gain",
            "block0.attention.qkv.weight",
            "block0.attention.projection.weight",
            "block0.mlp.norm.gain",
            "block0.mlp.up.weight",
            "block0.mlp.down.weight",
            "final.gain"),
        names);
  }
}
