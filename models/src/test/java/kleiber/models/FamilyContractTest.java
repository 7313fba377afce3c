package kleiber.models;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import kleiber.engine.ExpertKernel;
import kleiber.engine.Kernel;
import kleiber.engine.Program;
import kleiber.engine.StreamKernel;
import kleiber.engine.Tensor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What every family of kernels promises. */
class FamilyContractTest {
  static Stream<KernelFamily> families() {
    return Families.ofKernels();
  }

  @Test
  void familiesAreFound() {
    assertTrue(families().anyMatch(Gpt.class::isInstance));
  }

  static Stream<KernelFamily> causal() {
    return families().filter(family -> family.masking().isEmpty());
  }

  static Stream<KernelFamily> masked() {
    return families().filter(family -> family.masking().isPresent());
  }

  @ParameterizedTest
  @MethodSource("masked")
  void everyScoredLossDependsOnEveryInput(KernelFamily family) {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    try (TinyModel model = new TinyModel(family)) {
      model.writeLargeWeights(random);
      int[] targets = model.randomTokens(random);
      int[] inputs = model.randomTokens(random);
      model.writeTokens(inputs, targets);
      double[] before = model.losses();
      int scored = family.masking().orElseThrow().count(TinyModel.CONTEXT);
      assertEquals(
          TinyModel.BATCH * scored, Arrays.stream(before).filter(loss -> loss != 0).count());
      for (int position = 0; position < TinyModel.CONTEXT; position++) {
        int[] changed = inputs.clone();
        changed[position] = (changed[position] + 1) % (TinyModel.VOCABULARY + 1);
        model.writeTokens(changed, targets);
        double[] after = model.losses();
        for (int i = 0; i < before.length; i++) {
          String place = "seed %d: input %d, loss %d".formatted(seed, position, i);
          if (before[i] != 0 && i < TinyModel.CONTEXT) {
            assertNotEquals(before[i], after[i], place);
          } else {
            assertEquals(before[i], after[i], place);
          }
        }
      }
    }
  }

  @ParameterizedTest
  @MethodSource("causal")
  void noLossDependsOnALaterInput(KernelFamily family) {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    try (TinyModel model = new TinyModel(family)) {
      model.writeLargeWeights(random);
      int[] targets = model.randomTokens(random);
      int[] inputs = model.randomTokens(random);
      model.writeTokens(inputs, targets);
      double[] before = model.losses();
      for (int position = 0; position < TinyModel.CONTEXT; position++) {
        int[] changed = inputs.clone();
        changed[position] = (changed[position] + 1) % TinyModel.VOCABULARY;
        model.writeTokens(changed, targets);
        double[] after = model.losses();
        for (int i = 0; i < before.length; i++) {
          String place = "seed %d: input %d, loss %d".formatted(seed, position, i);
          if (i >= position && i < TinyModel.CONTEXT) {
            assertNotEquals(before[i], after[i], place);
          } else {
            assertEquals(before[i], after[i], place);
          }
        }
      }
    }
  }

  @ParameterizedTest
  @MethodSource("families")
  void gradientsAreFiniteDifferences(KernelFamily family) {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    try (TinyModel model = new TinyModel(family)) {
      do {
        model.writeLargeWeights(random);
        model.writeTokens(model.randomTokens(random), model.randomTokens(random));
        model.losses();
      } while (model.nearlyTied());
      model.backward();
      for (Tensor parameter : model.program.parameters()) {
        double[] gradient = model.kernels.readGradient(parameter, 0);
        assertTrue(
            Arrays.stream(gradient).anyMatch(g -> Math.abs(g) > 1e-6),
            () -> "seed " + seed + ": no gradient reaches " + parameter.name());
        double[] direction = new double[gradient.length];
        Arrays.setAll(direction, i -> random.nextGaussian());
        checkAlong(direction, gradient, model, parameter, seed);
        for (int i = 0; i < 3; i++) {
          double[] axis = new double[gradient.length];
          axis[random.nextInt(axis.length)] = 1;
          checkAlong(axis, gradient, model, parameter, seed);
        }
      }
    }
  }

  private static void checkAlong(
      double[] direction, double[] gradient, TinyModel model, Tensor parameter, long seed) {
    double expected = 0;
    for (int i = 0; i < gradient.length; i++) {
      expected += gradient[i] * direction[i];
    }
    double h = 4e-6 / Math.sqrt(Arrays.stream(direction).map(d -> d * d).sum());
    double[] values = model.kernels.read(parameter, 0);
    // A norm of nearly equal inputs curves so much that the plain difference is off by more than
    // the tolerance; Richardson's combination of two steps has no error of second order.
    double difference =
        (4 * centralDifference(values, direction, h / 2, model, parameter)
                - centralDifference(values, direction, h, model, parameter))
            / 3;
    model.kernels.write(parameter, 0, values);
    assertEquals(
        expected,
        difference,
        1e-7 + 1e-6 * Math.abs(expected),
        () -> "seed " + seed + ": gradient of " + parameter.name());
  }

  private static double centralDifference(
      double[] values, double[] direction, double h, TinyModel model, Tensor parameter) {
    return (lossAt(values, direction, h, model, parameter)
            - lossAt(values, direction, -h, model, parameter))
        / (2 * h);
  }

  private static double lossAt(
      double[] values, double[] direction, double h, TinyModel model, Tensor parameter) {
    double[] moved = values.clone();
    Arrays.setAll(moved, i -> values[i] + h * direction[i]);
    model.kernels.write(parameter, 0, moved);
    return model.objective();
  }

  @ParameterizedTest
  @MethodSource("families")
  void countsAreThoseOfTheTensors(KernelFamily family) {
    int vocabulary = 13;
    int context = 6;
    Program program = family.program(vocabulary, 3, context);
    Set<Tensor> tables = new HashSet<>();
    long matmul = 0;
    long idle = 0;
    double flops = 0;
    for (Kernel kernel : program.forward()) {
      double perToken = (double) kernel.output().rows() / (3 * context);
      switch (kernel) {
        case Kernel.Embedding embedding -> tables.add(embedding.table_VxD());
        case Kernel.Position position -> tables.add(position.table_TxD());
        case Kernel.Linear linear -> {
          matmul += linear.w().size();
          flops += 6.0 * linear.w().size() * perToken;
        }
        case Kernel.Attention heads -> {
          int positions = heads.y_BxTxD().shape().get(1);
          // What stands before a sequence is seen, and sees nothing that is used.
          double queries = perToken * context / positions;
          flops += 12.0 * Math.min(positions, heads.window()) * heads.y_BxTxD().last() * queries;
        }
        case ExpertKernel.Linear linear -> {
          int slots = linear.y_BxTxKxO().shape().get(2);
          int experts = linear.w_ExIxO().shape().get(0);
          long chosen = (long) slots * linear.w_ExIxO().size() / experts;
          matmul += chosen;
          flops += 6.0 * chosen;
          idle += size(weightsOf(linear)) * (experts - slots) / experts;
        }
        default -> {}
      }
    }
    Kernel.Linear head = (Kernel.Linear) program.forward().get(program.forward().size() - 2);
    Set<Tensor> output = new HashSet<>(List.of(head.w()));
    output.removeAll(tables);
    Set<Tensor> hidden = new HashSet<>(program.parameters());
    hidden.removeAll(tables);
    hidden.removeAll(output);

    ParameterCount count = family.count(vocabulary, context);
    assertEquals(size(tables), count.embedding());
    assertEquals(size(hidden), count.hidden());
    assertEquals(size(output), count.output());
    assertEquals(matmul, count.matmul());
    assertEquals(idle, count.idle().orElse(0));
    assertEquals(count.total() - idle, count.under(ParameterCount.Convention.ACTIVE));
    assertEquals(size(Set.copyOf(program.parameters())), count.total());
    assertEquals(flops, family.trainingFlopsPerToken(vocabulary, context));
  }

  private static Set<Tensor> weightsOf(Kernel kernel) {
    return kernel.inputs().stream()
        .filter(input -> input.role() == Tensor.Role.PARAMETER)
        .collect(Collectors.toSet());
  }

  private static long size(Set<Tensor> tensors) {
    return tensors.stream().mapToLong(Tensor::size).sum();
  }

  @ParameterizedTest
  @MethodSource("families")
  void initialWeightsAreAFunctionOfTheSeed(KernelFamily family) {
    Set<Double> firstDraws = new HashSet<>();
    for (Tensor parameter : family.program(13, 1, 6).parameters()) {
      double[] values = family.initial(parameter, 1);
      assertEquals(parameter.size(), values.length, parameter.name());
      assertArrayEquals(values, family.initial(parameter, 1), parameter.name());
      if (Arrays.stream(values).distinct().count() > 1) {
        assertFalse(Arrays.equals(values, family.initial(parameter, 2)), parameter.name());
        assertTrue(
            firstDraws.add(values[0] / Math.abs(values[1])),
            parameter.name() + " repeats another parameter's draws");
      }
    }
  }

  @ParameterizedTest
  @MethodSource("families")
  void everyMatrixDecaysAndNothingElse(KernelFamily family) {
    Program program = family.program(13, 1, 6);
    Set<Tensor> matrices =
        program.forward().stream()
            .flatMap(
                kernel ->
                    switch (kernel) {
                      case Kernel.Embedding embedding -> Stream.of(embedding.table_VxD());
                      case Kernel.Position position -> Stream.of(position.table_TxD());
                      case Kernel.Linear linear -> Stream.of(linear.w());
                      case StreamKernel.Prefix prefix -> Stream.of(prefix.prefix_PxSxG());
                      case ExpertKernel.Linear linear -> Stream.of(linear.w_ExIxO());
                      default -> Stream.of();
                    })
            .collect(Collectors.toSet());
    for (Tensor parameter : program.parameters()) {
      assertEquals(matrices.contains(parameter), parameter.decays(), parameter.name());
    }
  }
}
