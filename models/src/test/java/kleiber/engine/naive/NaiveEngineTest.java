package kleiber.engine.naive;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import kleiber.engine.BoundProgram;
import kleiber.engine.Engine;
import kleiber.engine.Kernel;
import kleiber.engine.Kernels;
import kleiber.engine.Precision;
import kleiber.engine.Program;
import kleiber.engine.SmallGpt;
import kleiber.engine.Tensor;
import kleiber.engine.Untold;
import kleiber.engine.trial.KernelCases;
import kleiber.engine.trial.Trial;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** The judge is judged by finite differences. */
class NaiveEngineTest {
  private static final long SEED = 20_250_101;

  @Test
  void everyKernelHasACase() {
    Set<Class<?>> covered = new HashSet<>();
    new KernelCases(2, 3, 2, 4).all().forEach(kernel -> covered.add(kernel.getClass()));
    assertEquals(kinds(Kernel.class).collect(Collectors.toSet()), covered);
  }

  private static Stream<Class<?>> kinds(Class<?> sealed) {
    return sealed.isRecord()
        ? Stream.of(sealed)
        : Arrays.stream(sealed.getPermittedSubclasses()).flatMap(NaiveEngineTest::kinds);
  }

  @TestFactory
  Stream<DynamicTest> gradientsAreFiniteDifferences() {
    return Stream.of(new KernelCases(2, 3, 2, 4), new KernelCases(1, 1, 1, 8))
        .flatMap(cases -> cases.all().stream())
        .filter(kernel -> !rounds(kernel))
        .map(kernel -> DynamicTest.dynamicTest(kernel.toString(), () -> check(kernel)));
  }

  /** A function of rounded inputs goes in steps: its differences say nothing of its gradient. */
  private static boolean rounds(Kernel kernel) {
    return kernel instanceof Kernel.Linear linear && linear.precision() == Precision.BF16;
  }

  private void check(Kernel kernel) {
    Trial trial = new Trial(kernel, 1, SEED);
    try (Engine engine = new NaiveEngine(1);
        Kernels bound = engine.bind(new Program(List.of(kernel)), 1)) {
      trial.fill(bound);
      bound.backward(new Program.Backward(kernel, Set.of()));
      double[] upstream = bound.readGradient(kernel.output(), 0);
      if (kernel instanceof Kernel.CrossEntropy loss) {
        // Its backward is that of the mean over what is scored.
        int[] targets = trial.tokens(loss.targets_BxT());
        Arrays.setAll(
            upstream, i -> targets[i] == Kernel.CrossEntropy.UNSCORED ? 0 : 1.0 / loss.scored());
      }
      for (Tensor input : BoundProgram.differentiable(kernel)) {
        double[] gradient = bound.readGradient(input, 0);
        double[] values = bound.read(input, 0);
        for (int i = 0; i < values.length; i++) {
          double difference = difference(bound, kernel, upstream, input, values, i);
          // Fourth order at h = 1e-3: h^4 = 1e-12 of truncation, 1e-16 / h = 1e-13 of rounding.
          assertEquals(
              difference,
              gradient[i],
              1e-9 * Math.max(1, Math.abs(difference)),
              () -> input.name() + ", seed " + SEED);
        }
      }
    }
  }

  private double difference(
      Kernels bound, Kernel kernel, double[] upstream, Tensor input, double[] values, int i) {
    double h = 1e-3;
    double value = values[i];
    double[] f = new double[5];
    for (int k = -2; k <= 2; k++) {
      values[i] = value + k * h;
      bound.write(input, 0, values);
      bound.forward(kernel);
      double[] y = bound.read(kernel.output(), 0);
      for (int j = 0; j < y.length; j++) {
        f[k + 2] += upstream[j] * y[j];
      }
      f[k + 2] += Untold.objective(kernel, bound);
    }
    values[i] = value;
    bound.write(input, 0, values);
    return (f[0] - 8 * f[1] + 8 * f[3] - f[4]) / (12 * h);
  }

  /** The backward pass as a whole: residual streams and the tied table add up. */
  @Test
  void aWholeStepIsDifferentiated() {
    SmallGpt model = new SmallGpt(2, 3, 4, 2, 2, 5);
    try (Engine engine = new NaiveEngine(1);
        Kernels bound = engine.bind(model.program(), 1)) {
      SmallGpt.fill(bound, 8);
      bound.forward();
      bound.backward();
      for (Tensor parameter : bound.program().parameters()) {
        double[] gradient = bound.readGradient(parameter, 0);
        double[] values = bound.read(parameter, 0);
        for (int i = 0; i < values.length; i += 1 + values.length / 7) {
          double difference = lossDifference(bound, model, parameter, values, i);
          assertEquals(difference, gradient[i], 1e-9, parameter.name());
        }
      }
    }
  }

  private double lossDifference(
      Kernels bound, SmallGpt model, Tensor parameter, double[] values, int i) {
    // Weights are about 0.1, so the norms curve more than in the kernels' own cases.
    double h = 2e-4;
    double value = values[i];
    double[] f = new double[5];
    for (int k = -2; k <= 2; k++) {
      values[i] = value + k * h;
      bound.write(parameter, 0, values);
      bound.forward();
      f[k + 2] = Arrays.stream(bound.read(model.losses(), 0)).average().orElseThrow();
    }
    values[i] = value;
    bound.write(parameter, 0, values);
    return (f[0] - 8 * f[1] + 8 * f[3] - f[4]) / (12 * h);
  }
}
