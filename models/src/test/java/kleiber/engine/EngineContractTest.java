package kleiber.engine;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.fail;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Stream;
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
                        compare(kernel, trial.run(naive), trial.run(engine));
                      }));
    }
  }

  private static void compare(Kernel kernel, Trial.Result wanted, Trial.Result got) {
    int length = longestSum(kernel);
    List<String> faults = new ArrayList<>();
    for (Map.Entry<String, double[]> entry : wanted.numbers().entrySet()) {
      double[] want = entry.getValue();
      double[] have = got.numbers().get(entry.getKey());
      double largest = 0;
      for (double value : want) {
        largest = Math.max(largest, Math.abs(value));
      }
      // Each of n terms of a sum is rounded once, by up to half an ulp and in either direction;
      // the factor is for the handful of roundings before and after the sum.
      double tolerance = 8 * 0x1p-24 * Math.sqrt(length) * Math.max(largest, 1e-3);
      for (int i = 0; i < want.length; i++) {
        if (!(Math.abs(want[i] - have[i]) <= tolerance)) {
          faults.add(
              "%s[%d] is %s but should be %s ± %.1e"
                  .formatted(entry.getKey(), i, have[i], want[i], tolerance));
          break;
        }
      }
    }
    if (!faults.isEmpty()) {
      fail(kernel + ", seed " + SEED + ": " + String.join("; ", faults));
    }
  }

  private static int longestSum(Kernel kernel) {
    return kernel.inputs().stream()
        .filter(Tensor::differentiable)
        .mapToInt(tensor -> Math.max(tensor.rows(), tensor.last()))
        .max()
        .orElseThrow();
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
                OptimizerTrial.rules().stream()
                    .map(
                        rules ->
                            DynamicTest.dynamicTest(
                                type.getSimpleName() + " " + rules.getFirst(),
                                () -> compareUpdates(type, rules))));
  }

  private void compareUpdates(Class<? extends Engine> type, List<? extends Update.Rule> rules) {
    int members = 3;
    boolean adamW = rules.getFirst() instanceof Update.AdamW;
    double tolerance = adamW ? 1e-6 : rules.getFirst() instanceof Update.Sgd ? 2e-6 : 2e-4;
    List<Tensor> parameters = OptimizerTrial.PROGRAM.parameters();
    try (Engine naive = new NaiveEngine(1);
        Engine engine = Engines.open(type, 1);
        Kernels want = naive.bind(OptimizerTrial.PROGRAM, members);
        Kernels have = engine.bind(OptimizerTrial.PROGRAM, members)) {
      OptimizerTrial trial = new OptimizerTrial(SEED);
      for (Kernels bound : List.of(want, have)) {
        trial.fill(bound);
      }
      double[] before = have.read(parameters.getFirst(), 1);
      for (int step = 1; step <= 10; step++) {
        for (Kernels bound : List.of(want, have)) {
          trial.gradients(bound, step);
        }
        double[] wantedNorms = want.gradientNorms();
        double[] norms = have.gradientNorms();
        for (int m = 0; m < members; m++) {
          assertEquals(wantedNorms[m], norms[m], 1e-6 * wantedNorms[m], "norm, seed " + SEED);
        }
        Update update = OptimizerTrial.step(step, rules);
        want.update(update);
        have.update(update);
      }
      for (Tensor parameter : parameters) {
        for (int m = 0; m < members; m++) {
          // Ten steps of a handful of roundings each; sums that cancel were rounded when larger,
          // and those of momentum are not divided. Muon's polynomial makes roundings grow by up to
          // 3.4445^5 where a direction has almost no length.
          String where = parameter.name() + " of member " + m + ", seed " + SEED;
          close(want.read(parameter, m), have.read(parameter, m), tolerance, where);
          for (int which = 0; which < 2; which++) {
            close(
                want.readMoment(parameter, m, which),
                have.readMoment(parameter, m, which),
                adamW ? 2e-6 : 2e-5,
                "moment " + which + " of " + where);
          }
        }
      }
      close(before, have.read(parameters.getFirst(), 1), 0, "the member that is not active");
    }
  }

  private static void close(double[] want, double[] have, double relative, String where) {
    for (int i = 0; i < want.length; i++) {
      assertEquals(want[i], have[i], relative * Math.max(Math.abs(want[i]), 0.1), where);
    }
  }
}
