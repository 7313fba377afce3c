package kleiber.models;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import kleiber.engine.Engine;
import kleiber.engine.HostEngine;
import kleiber.engine.Kernels;
import kleiber.engine.Program;
import kleiber.engine.Tensor;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Families with kernels of their own: equal bits whatever the threads, the cohort, and the pass.
 */
class FamilyBitsTest {
  private static final int VOCABULARY = 31;

  /** Several tiles, the last of them not full. */
  private static final int BATCH = 37;

  private static final int CONTEXT = 19;

  static Stream<KernelFamily> families() {
    return Stream.of(
        ParallelStreamsInstances.classic(3),
        ParallelStreamsInstances.modern(2),
        EncoderInstances.classic(0.15));
  }

  @ParameterizedTest
  @MethodSource("families")
  void threadsAndCohortsDoNotMatter(KernelFamily family) {
    List<double[]> alone = numbers(family, 1, true, 7);
    assertTrue(Arrays.stream(alone.getFirst()).allMatch(Double::isFinite));
    assertSame(alone, numbers(family, 3, true, 7));
    assertSame(alone, numbers(family, 2, true, 4, 7));
    assertSame(alone, numbers(family, 2, false, 7));
  }

  private static void assertSame(List<double[]> want, List<double[]> have) {
    for (int i = 0; i < want.size(); i++) {
      assertArrayEquals(want.get(i), have.get(i));
    }
  }

  /** Losses and gradients of the last member, whose numbers follow from its key. */
  private static List<double[]> numbers(
      KernelFamily family, int threads, boolean wholePass, int... keys) {
    Program program = family.program(VOCABULARY, BATCH, CONTEXT);
    try (Engine engine = new HostEngine(threads);
        Kernels kernels = engine.bind(program, keys.length)) {
      int[] inputs = new int[keys.length * BATCH * CONTEXT];
      int[] targets = new int[inputs.length];
      for (int member = 0; member < keys.length; member++) {
        Random random = new Random(keys[member]);
        for (Tensor parameter : program.parameters()) {
          double[] values = family.initial(parameter, keys[member]);
          kernels.write(parameter, member, values);
        }
        for (int i = 0; i < BATCH * CONTEXT; i++) {
          inputs[member * BATCH * CONTEXT + i] = random.nextInt(VOCABULARY);
          targets[member * BATCH * CONTEXT + i] = random.nextInt(VOCABULARY);
        }
      }
      for (int row = 0; row < inputs.length / CONTEXT && family.masking().isPresent(); row++) {
        family
            .masking()
            .get()
            .mask(1, row % BATCH, VOCABULARY, inputs, targets, row * CONTEXT, CONTEXT);
      }
      for (Tensor tensor : program.tensors()) {
        if (tensor.role() == Tensor.Role.TOKENS) {
          boolean given = tensor.name().equals(KernelFamily.INPUTS);
          kernels.writeTokens(tensor, given ? inputs : targets);
        }
      }
      if (wholePass) {
        kernels.gradients();
      } else {
        kernels.forward();
        kernels.backward();
      }
      int last = keys.length - 1;
      List<double[]> numbers = new ArrayList<>();
      numbers.add(kernels.read(program.forward().getLast().output(), last));
      program.parameters().forEach(each -> numbers.add(kernels.readGradient(each, last)));
      return numbers;
    }
  }
}
