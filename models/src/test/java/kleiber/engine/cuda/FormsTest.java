package kleiber.engine.cuda;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import kleiber.engine.Kernel;
import kleiber.engine.Kernels;
import kleiber.engine.Precision;
import kleiber.engine.Program;
import kleiber.engine.SmallGpt;
import kleiber.engine.Tensor;
import kleiber.engine.cuda.driver.CardProperties;
import kleiber.engine.cuda.driver.EmulatedDevice;
import kleiber.models.Gpt;
import kleiber.models.Gpt.Activation;
import kleiber.models.Gpt.Norm;
import kleiber.models.Gpt.Position;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What whole passes keep otherwise than kernels one by one do, and what can be told by it. */
class FormsTest {
  private static final int[] KEYS = {4, 9};

  /** Heads of 8 columns, which are read at once, and of 4; all that a GPT's layers can be. */
  static Stream<Arguments> models() {
    return Stream.of(Precision.FLOAT32, Precision.BF16)
        .flatMap(
            precision ->
                Stream.of(Position.values())
                    .flatMap(
                        position ->
                            Stream.of(Activation.values())
                                .flatMap(
                                    activation ->
                                        Stream.of(
                                                gpt(2, position, activation, false, true),
                                                gpt(4, position, activation, true, false),
                                                gpt(2, position, activation, false, false),
                                                gpt(2, position, activation, true, true))
                                            .map(gpt -> Arguments.of(gpt, precision)))));
  }

  private static Gpt gpt(
      int heads, Position position, Activation activation, boolean qkNorm, boolean biases) {
    int layers = qkNorm && biases ? 2 : 1;
    return new Gpt(layers, 16, heads, position, Norm.LAYER, activation, biases, qkNorm, biases);
  }

  private static Program program(Gpt gpt, Precision precision) {
    return gpt.program(61, 3, 35).in(precision);
  }

  private static Set<Tensor> biases(Program program) {
    return program.forward().stream()
        .filter(Kernel.Linear.class::isInstance)
        .flatMap(kernel -> ((Kernel.Linear) kernel).bias_O().stream())
        .collect(Collectors.toSet());
  }

  @ParameterizedTest
  @MethodSource("models")
  void onlyTheGradientsOfBiasesTell(Gpt gpt, Precision precision) {
    assumeTrue(EmulatedDevice.available(), "no g++ here, so no emulated card");
    Program program = program(gpt, precision);
    Tensor losses = program.forward().getLast().output();
    Set<Tensor> sumsOfHalves = precision == Precision.BF16 ? biases(program) : Set.of();
    try (EmulatedDevice card = new EmulatedDevice();
        Kernels passes = new CudaKernels(program, KEYS.length, card);
        Kernels calls = new CudaKernels(program, KEYS.length, card)) {
      SmallGpt.fill(passes, KEYS);
      SmallGpt.fill(calls, KEYS);
      calls.forward();
      calls.backward();
      for (int pass = 0; pass < 2; pass++) { // as it is, and recorded
        passes.gradients();
        for (int m = 0; m < KEYS.length; m++) {
          assertArrayEquals(calls.read(losses, m), passes.read(losses, m));
          for (Tensor parameter : program.parameters()) {
            double[] want = calls.readGradient(parameter, m);
            assertTrue(Arrays.stream(want).anyMatch(x -> x != 0), parameter.name());
            double[] have = passes.readGradient(parameter, m);
            if (sumsOfHalves.contains(parameter)) {
              double largest = Arrays.stream(want).map(Math::abs).max().orElseThrow();
              assertArrayEquals(want, have, 0x1p-7 * largest, parameter.name());
              assertFalse(Arrays.equals(want, have), "that of what is rounded");
            } else {
              assertArrayEquals(want, have, parameter.name());
            }
            passes.writeGradient(parameter, m, new double[parameter.size()]);
          }
          passes.write(losses, m, new double[losses.size()]);
        }
        passes.evaluate();
        for (int m = 0; m < KEYS.length; m++) {
          assertArrayEquals(calls.read(losses, m), passes.read(losses, m));
        }
      }
    }
  }

  private static CardProperties card(int major) {
    return new CardProperties("a card", major, 0, 1L << 40, 132, 227 << 10);
  }

  /** The names of the tensors of the first block, and of others, that are in a form. */
  private static Set<String> names(Program program, Predicate<Tensor> form) {
    return program.tensors().stream()
        .filter(form)
        .map(tensor -> tensor.name().replace("block0.", ""))
        .collect(Collectors.toSet());
  }

  @Test
  void ofGpt2() {
    Gpt gpt = gpt(2, Position.LEARNED, Activation.GELU, false, true);
    for (Precision precision : Precision.values()) {
      Program program = program(gpt, precision);
      Forms forms = Forms.of(program, CudaHead.of(program).keySet(), card(9));
      boolean rounded = precision == Precision.BF16;
      assertEquals(
          rounded
              ? Set.of(
                  "attention.norm",
                  "attention.qkv",
                  "attention.heads",
                  "mlp.norm",
                  "mlp.activation",
                  "final")
              : Set.of(),
          names(program, forms::half));
      assertEquals(
          rounded
              ? Set.of("attention.qkv", "attention.projection", "mlp.up", "mlp.down")
              : Set.of(),
          names(program, forms::halfGradient));
      assertEquals(
          Set.of("attention.projection", "mlp.up", "mlp.down"),
          names(program, tensor -> forms.missingBias(tensor).isPresent()));
      assertEquals(
          Set.of("token", "attention.projection", "mlp.down"), names(program, forms::passing));
    }
  }

  /** Queries and keys are rounded behind their rotation, where their heads are wide enough. */
  @Test
  void ofLaterGpts() {
    for (int heads : new int[] {2, 4}) {
      Program program =
          program(gpt(heads, Position.ROTARY, Activation.SWIGLU, true, false), Precision.BF16);
      Forms forms = Forms.of(program, CudaHead.of(program).keySet(), card(9));
      Set<String> halves =
          Set.of("attention.norm", "attention.heads", "mlp.norm", "mlp.activation", "final");
      assertEquals(
          heads == 2
              ? Stream.concat(halves.stream(), Stream.of("attention.rotary"))
                  .collect(Collectors.toSet())
              : halves,
          names(program, forms::half));
      assertEquals(
          Set.of("attention.qkv", "attention.projection", "mlp.up", "mlp.down"),
          names(program, forms::halfGradient));
      assertEquals(
          Set.of("attention.qknorm", "attention.projection", "mlp.down"),
          names(program, forms::passing));
    }
  }

  /** What one of two readers needs with all its bits is kept so, and longer. */
  @Test
  void twoReadersAreAsked() {
    Program plain = program(gpt(2, Position.LEARNED, Activation.GELU, false, true), Precision.BF16);
    Kernel.Linear down =
        (Kernel.Linear)
            plain.forward().stream()
                .filter(kernel -> kernel.output().name().endsWith("mlp.down"))
                .findFirst()
                .orElseThrow();
    for (Tensor tensor : List.of(down.x_RxI(), down.y_RxO())) {
      Kernel again =
          new Kernel.Activation(
              Kernel.Activation.Function.GELU,
              tensor,
              new Tensor("again", Tensor.Role.ACTIVATION, tensor.shape()));
      List<Kernel> kernels = new ArrayList<>(plain.forward());
      kernels.add(again);
      Program program = new Program(kernels);
      Forms forms = Forms.of(program, CudaHead.of(program).keySet(), card(9));
      assertFalse(forms.half(tensor));
      assertFalse(forms.halfGradient(tensor));
      assertFalse(forms.missingBias(tensor).isPresent());
      assertFalse(forms.passing(tensor));
    }
  }
}
