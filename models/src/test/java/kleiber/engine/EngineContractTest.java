package kleiber.engine;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Stream;
import kleiber.engine.naive.NaiveEngine;
import kleiber.engine.trial.Deviation;
import kleiber.engine.trial.KernelCases;
import kleiber.engine.trial.OptimizerTrial;
import kleiber.engine.trial.Trial;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * Every engine gives every kernel its meaning, which is what {@link NaiveEngine} computes. On one
 * thread, as ND4J's threads crawl on a busy machine; threads are the subject of {@link BitsTest}.
 */
class EngineContractTest {
  private static final long SEED = 7_311;

  /** Lengths that are multiples of nothing, one head, one row, many members. */
  private record Shape(int members, int sequences, int positions, int heads, int width) {}

  private static final List<Shape> SHAPES =
      List.of(
          new Shape(1, 1, 1, 1, 8),
          new Shape(2, 3, 7, 1, 8),
          new Shape(5, 2, 33, 3, 6),
          new Shape(3, 1, 129, 2, 10),
          new Shape(1, 37, 16, 2, 16));

  @TestFactory
  Stream<DynamicTest> kernelsEqualTheirMeaning() {
    return Engines.all().stream()
        .filter(type -> type != NaiveEngine.class)
        .flatMap(
            type ->
                SHAPES.stream()
                    .map(
                        shape ->
                            DynamicTest.dynamicTest(
                                type.getSimpleName() + " " + shape, () -> compare(type, shape))));
  }

  private void compare(Class<? extends Engine> type, Shape shape) {
    List<Kernel> kernels =
        new KernelCases(shape.sequences, shape.positions, shape.heads, shape.width).all();
    try (Engine naive = new NaiveEngine(1);
        Engine engine = Engines.open(type, 1)) {
      assertAll(
          kernels.stream()
              .map(
                  kernel ->
                      () -> {
                        Trial trial = new Trial(kernel, shape.members, SEED);
                        Deviation worst = trial.compare(trial.run(naive), trial.run(engine));
                        assertTrue(worst.within(), () -> kernel + ", seed " + SEED + ": " + worst);
                      }));
    }
  }

  /** A result beside the loss, which gives nothing to any gradient. */
  @TestFactory
  Stream<DynamicTest> whatNobodyReadsHasNoGradient() {
    Tensor tokens = new Tensor("tokens", Tensor.Role.TOKENS, List.of(2, 3));
    Tensor table = new Tensor("table", Tensor.Role.PARAMETER, List.of(4, 5));
    Tensor x = new Tensor("x", Tensor.Role.ACTIVATION, List.of(2, 3, 5));
    Tensor y = new Tensor("y", Tensor.Role.ACTIVATION, List.of(2, 3, 5));
    Program program =
        new Program(
            List.of(
                new Kernel.Embedding(tokens, table, x),
                new Kernel.Activation(Kernel.Activation.Function.GELU, x, y)));
    double[] ones = new double[table.size()];
    Arrays.fill(ones, 1);
    return Engines.all().stream()
        .map(
            type ->
                DynamicTest.dynamicTest(
                    type.getSimpleName(),
                    () -> {
                      try (Engine engine = Engines.open(type, 1);
                          Kernels kernels = engine.bind(program, 1)) {
                        kernels.write(table, 0, ones);
                        kernels.writeTokens(tokens, new int[] {0, 1, 2, 3, 2, 1});
                        kernels.gradients();
                        assertEquals(0.8412, kernels.read(y, 0)[29], 1e-4);
                        assertEquals(0, kernels.gradientNorms()[0]);
                      }
                    }));
  }

  /** More numbers than a card's block has threads; a parameter has a gap after it. */
  @TestFactory
  Stream<DynamicTest> sumsAreOfWhatIsRead() {
    Tensor x = new Tensor("x", Tensor.Role.ACTIVATION, List.of(7, 91));
    Tensor weight = new Tensor("w", Tensor.Role.PARAMETER, List.of(91, 3));
    Tensor y = new Tensor("y", Tensor.Role.ACTIVATION, List.of(7, 3));
    Program program =
        new Program(List.of(new Kernel.Linear(x, weight, false, Optional.empty(), y)));
    return Engines.all().stream()
        .map(
            type ->
                DynamicTest.dynamicTest(
                    type.getSimpleName(),
                    () -> {
                      try (Engine engine = Engines.open(type, 1);
                          Kernels kernels = engine.bind(program, 3)) {
                        for (Tensor tensor : List.of(x, weight)) {
                          sums(kernels, tensor);
                        }
                      }
                    }));
  }

  private static void sums(Kernels kernels, Tensor tensor) {
    Random random = new Random(SEED);
    for (int m = 0; m < kernels.members(); m++) {
      kernels.write(tensor, m, random.doubles(tensor.size()).toArray());
    }
    double[][] values = kernels.read(tensor);
    double[] sums = kernels.sums(tensor);
    assertEquals(kernels.members(), sums.length);
    for (int m = 0; m < sums.length; m++) {
      assertArrayEquals(kernels.read(tensor, m), values[m]);
      double sum = Arrays.stream(values[m]).sum();
      assertEquals(sum, sums[m], 1e-14 * sum, tensor.name());
    }
  }

  @TestFactory
  Stream<DynamicTest> updatesEqualTheirMeaning() {
    return Engines.all().stream()
        .filter(type -> type != NaiveEngine.class)
        .flatMap(
            type ->
                OptimizerTrial.all(OptimizerTrial.OF_EVERY_KIND, SEED).stream()
                    .map(
                        trial ->
                            DynamicTest.dynamicTest(
                                type.getSimpleName() + " " + trial.title(),
                                () -> compareUpdates(type, trial))));
  }

  private static void compareUpdates(Class<? extends Engine> type, OptimizerTrial trial) {
    try (Engine naive = new NaiveEngine(1);
        Engine engine = Engines.open(type, 1)) {
      Deviation worst = trial.compare(trial.run(naive), trial.run(engine));
      assertTrue(worst.within(), () -> "seed " + SEED + ": " + worst);
    }
  }
}
