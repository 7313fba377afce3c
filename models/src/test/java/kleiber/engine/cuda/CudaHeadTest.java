package kleiber.engine.cuda;

import static kleiber.engine.Tensor.Role.ACTIVATION;
import static kleiber.engine.Tensor.Role.PARAMETER;
import static kleiber.engine.Tensor.Role.TOKENS;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.function.Consumer;
import java.util.stream.Stream;
import kleiber.engine.Engine;
import kleiber.engine.Kernel;
import kleiber.engine.Kernels;
import kleiber.engine.Precision;
import kleiber.engine.Program;
import kleiber.engine.Tensor;
import kleiber.engine.cuda.driver.EmulatedDevice;
import kleiber.engine.naive.NaiveEngine;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Logits a few rows at a time, beside those of a whole batch and the judge's. */
class CudaHeadTest {
  private static final int V = 37;
  private static final int WIDTH = 12;

  /** Numbers of the seeds of members. */
  private static final int[] KEYS = {4, 0, 9};

  @BeforeAll
  static void thereIsACompiler() {
    assumeTrue(EmulatedDevice.available(), "no g++ here, so no emulated card");
  }

  /**
   * An embedding and a head.
   *
   * @param scored targets of a batch
   * @param read whether x and w are read once more, behind the loss, so that the head adds to
   *     gradients that are begun
   */
  private record Model(
      int sequences,
      int positions,
      boolean tied,
      boolean read,
      double scale,
      double zLoss,
      int scored,
      Precision precision) {
    Tensor tensor(String name, Tensor.Role role, Integer... more) {
      List<Integer> shape = new ArrayList<>(List.of(sequences, positions));
      shape.addAll(List.of(more));
      return new Tensor(name, role, shape);
    }

    Tensor losses() {
      return tensor("losses", ACTIVATION);
    }

    Tensor again() {
      return tensor("again", ACTIVATION, V);
    }

    Program program() {
      Tensor table = new Tensor("table", PARAMETER, List.of(V, WIDTH));
      Tensor w = tied ? table : new Tensor("w", PARAMETER, List.of(WIDTH, V));
      Tensor x = tensor("x", ACTIVATION, WIDTH);
      Tensor logits = tensor("logits", ACTIVATION, V);
      List<Kernel> kernels = new ArrayList<>();
      kernels.add(new Kernel.Embedding(tensor("inputs", TOKENS), table, x));
      kernels.add(new Kernel.Linear(x, w, tied, Optional.empty(), logits));
      kernels.add(
          new Kernel.CrossEntropy(
              logits, tensor("targets", TOKENS), losses(), scale, zLoss, scored));
      if (read) {
        kernels.add(new Kernel.Linear(x, w, tied, Optional.empty(), again()));
      }
      return new Program(kernels).in(precision);
    }

    /** Numbers that a member's key decides. */
    void fill(Kernels bound, int... keys) {
      int rows = sequences * positions;
      int[] inputs = new int[keys.length * rows];
      int[] targets = new int[keys.length * rows];
      for (int m = 0; m < keys.length; m++) {
        Random random = new Random(keys[m]);
        for (Tensor parameter : bound.program().parameters()) {
          bound.write(parameter, m, normal(random, parameter));
        }
        for (int i = 0; i < rows; i++) {
          inputs[m * rows + i] = random.nextInt(V);
          targets[m * rows + i] = i < scored ? random.nextInt(V) : Kernel.CrossEntropy.UNSCORED;
        }
        if (read) {
          bound.writeGradient(again(), m, normal(random, again()));
        }
      }
      bound.writeTokens(tensor("inputs", TOKENS), inputs);
      bound.writeTokens(tensor("targets", TOKENS), targets);
    }

    private static double[] normal(Random random, Tensor like) {
      return random.doubles(like.size(), -1, 1).map(x -> (float) x).toArray();
    }

    /** Losses and gradients of a member. */
    List<double[]> numbers(Kernels bound, int member) {
      List<double[]> numbers = new ArrayList<>(List.of(bound.read(losses(), member)));
      for (Tensor parameter : bound.program().parameters()) {
        numbers.add(bound.readGradient(parameter, member));
      }
      return numbers;
    }
  }

  static Stream<Model> models() {
    return Stream.of(Precision.values())
        .flatMap(
            precision ->
                Stream.of(
                    new Model(3, 7, true, false, 1, 0, 21, precision),
                    new Model(3, 7, false, false, 1, 0, 21, precision),
                    new Model(3, 7, false, true, 0.5, 0.1, 21, precision),
                    new Model(3, 7, true, true, 0.25, 0, 13, precision),
                    new Model(5, 257, true, false, 1, 0.01, 700, precision)));
  }

  private static Kernels bind(EmulatedDevice card, Model model, int members, int rowsOfChunk) {
    return new CudaKernels(model.program(), members, card, _ -> rowsOfChunk);
  }

  @ParameterizedTest
  @MethodSource("models")
  void chunksAreWhatAWholeBatchIs(Model model) {
    int rows = model.sequences * model.positions;
    boolean large = rows > 1000; // one way of each tells what there is to tell
    for (boolean reversed : large ? new boolean[] {true} : new boolean[] {false, true}) {
      int[] chunks = {rows / 4, rows / 2 + 1, rows};
      for (int rowsOfChunk : large ? new int[] {rows / 4} : chunks) {
        try (EmulatedDevice card = new EmulatedDevice(reversed, 1L << 40);
            Kernels bound = bind(card, model, KEYS.length, rowsOfChunk)) {
          model.fill(bound, KEYS);
          bound.forward();
          bound.backward();
          List<List<double[]>> whole = new ArrayList<>();
          for (int m = 0; m < KEYS.length; m++) {
            whole.add(model.numbers(bound, m));
          }
          for (int pass = 0; pass < 3; pass++) { // as it is, recorded, repeated
            bound.gradients();
            for (int m = 0; m < KEYS.length; m++) {
              assertChunks(model, rowsOfChunk == rows, whole.get(m), model.numbers(bound, m));
            }
            scatter(bound, model);
            bound.evaluate();
            for (int m = 0; m < KEYS.length; m++) {
              assertArrayEquals(whole.get(m).getFirst(), bound.read(model.losses(), m));
            }
          }
        }
      }
    }
  }

  /** Losses that are not there yet are not taken for those of a pass. */
  private static void scatter(Kernels bound, Model model) {
    for (int m = 0; m < KEYS.length; m++) {
      double[] none = new double[model.losses().size()];
      Arrays.fill(none, Double.NaN);
      bound.write(model.losses(), m, none);
    }
  }

  /** The same bits but for the head's weights, whose gradient is a sum over chunks. */
  private static void assertChunks(
      Model model, boolean one, List<double[]> whole, List<double[]> chunks) {
    assertArrayEquals(whole.getFirst(), chunks.getFirst());
    for (int i = 1; i < whole.size(); i++) {
      boolean exact = one || i == 1 && !model.tied;
      double largest = Arrays.stream(whole.get(i)).map(Math::abs).max().orElseThrow();
      assertTrue(largest > 0);
      assertArrayEquals(whole.get(i), chunks.get(i), exact ? 0 : 0x1p-17 * largest);
    }
  }

  @ParameterizedTest
  @MethodSource("models")
  void chunksAreTheJudges(Model model) {
    try (EmulatedDevice card = new EmulatedDevice();
        Kernels have = bind(card, model, KEYS.length, 1 + model.sequences * model.positions / 4);
        Engine naive = new NaiveEngine(1);
        Kernels want = naive.bind(model.program(), KEYS.length)) {
      for (Kernels bound : List.of(want, have)) {
        model.fill(bound, KEYS);
        bound.gradients();
      }
      // The judge rounds no factor to 10 bits, and to bfloat16 from more bits than the card has.
      double tolerance = model.precision == Precision.FLOAT32 ? 0x1p-18 : 0x1p-7;
      for (int m = 0; m < KEYS.length; m++) {
        List<double[]> numbers = model.numbers(have, m);
        for (int i = 0; i < numbers.size(); i++) {
          double[] wanted = model.numbers(want, m).get(i);
          double largest = Arrays.stream(wanted).map(Math::abs).max().orElseThrow();
          assertArrayEquals(wanted, numbers.get(i), tolerance * largest);
        }
      }
    }
  }

  @ParameterizedTest
  @MethodSource("models")
  void aMemberIsTheSameInACohortAndAlone(Model model) {
    int rowsOfChunk = 2 * model.sequences * model.positions / 3;
    try (EmulatedDevice card = new EmulatedDevice();
        Kernels cohort = bind(card, model, KEYS.length, rowsOfChunk)) {
      model.fill(cohort, KEYS);
      cohort.gradients();
      for (int m = 0; m < KEYS.length; m++) {
        try (Kernels alone = bind(card, model, 1, rowsOfChunk)) {
          model.fill(alone, KEYS[m]);
          alone.gradients();
          List<double[]> want = model.numbers(alone, 0);
          List<double[]> have = model.numbers(cohort, m);
          for (int i = 0; i < want.size(); i++) {
            assertArrayEquals(want.get(i), have.get(i));
          }
        }
      }
    }
  }

  /** Rows of the last chunk can fall into more parts than those of the others: 7, not 6. */
  @ParameterizedTest
  @EnumSource(Precision.class)
  void partsOfAChunkHaveTheirPlace(Precision precision) {
    Model model = new Model(29, 128, false, false, 1, 0, 29 * 128, precision);
    try (EmulatedDevice card = new EmulatedDevice();
        Kernels chunks = bind(card, model, 1, 15 * 128);
        Kernels whole = bind(card, model, 1, 29 * 128)) {
      for (Kernels bound : List.of(chunks, whole)) {
        model.fill(bound, 3);
        bound.gradients();
      }
      assertChunks(model, false, model.numbers(whole, 0), model.numbers(chunks, 0));
    }
  }

  @ParameterizedTest
  @CsvSource({"4096,256,4096", "16384,50304,1280", "1500,50304,768", "2048,300000,1024"})
  void chunksAreOfTheLayerAlone(int rows, int vocabulary, int rowsOfChunk) {
    Kernel.Linear head =
        new Kernel.Linear(
            new Tensor("x", ACTIVATION, List.of(rows, 8)),
            new Tensor("w", PARAMETER, List.of(8, vocabulary)),
            false,
            Optional.empty(),
            new Tensor("y", ACTIVATION, List.of(rows, vocabulary)));
    assertEquals(rowsOfChunk, CudaHead.rowsOfChunk(head));
  }

  /** With a bias, with another reader, or with a loss that is read on, logits are whole. */
  @Test
  void othersThanTheLossNeedLogitsWhole() {
    Model model = new Model(3, 7, true, false, 1, 0, 21, Precision.FLOAT32);
    Program plain = model.program();
    Kernel.Linear linear = (Kernel.Linear) plain.forward().get(1);
    Kernel.CrossEntropy loss = (Kernel.CrossEntropy) plain.forward().get(2);
    assertEquals(Map.of(linear, loss), CudaHead.of(plain));
    Tensor bias = new Tensor("bias", PARAMETER, List.of(V));
    Kernel.Linear biased =
        new Kernel.Linear(linear.x_RxI(), linear.w(), true, Optional.of(bias), linear.y_RxO());
    Consumer<Kernel> withoutHead =
        more -> {
          List<Kernel> kernels = new ArrayList<>(plain.forward());
          kernels.add(more);
          assertEquals(Map.of(), CudaHead.of(new Program(kernels)));
        };
    assertEquals(
        Map.of(), CudaHead.of(new Program(List.of(plain.forward().getFirst(), biased, loss))));
    Kernel.Activation.Function gelu = Kernel.Activation.Function.GELU;
    withoutHead.accept(
        new Kernel.Activation(gelu, linear.y_RxO(), model.tensor("more", ACTIVATION, V)));
    withoutHead.accept(
        new Kernel.Activation(gelu, model.losses(), model.tensor("more", ACTIVATION)));
  }
}
