package kleiber.engine.host;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import kleiber.engine.Engine;
import kleiber.engine.Engines;
import kleiber.engine.Kernel;
import kleiber.engine.Kernels;
import kleiber.engine.Program;
import kleiber.engine.trial.KernelCases;
import kleiber.engine.trial.Trial;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Numbers as large as a run on its way to divergence makes them do not overflow. */
class StabilityTest {
  private static final long SEED = 99;

  @TestFactory
  Stream<DynamicTest> everyKernelIsFiniteFarOut() {
    return Engines.all().stream()
        .map(
            type ->
                DynamicTest.dynamicTest(
                    type.getSimpleName(),
                    () -> {
                      try (Engine engine = Engines.open(type, 1)) {
                        for (Kernel kernel : new KernelCases(2, 5, 2, 4).all()) {
                          Trial trial = new Trial(kernel, new int[] {0}, SEED, 1e4);
                          trial
                              .run(engine)
                              .numbers()
                              .forEach(
                                  (name, numbers) ->
                                      assertTrue(
                                          Arrays.stream(numbers).allMatch(Double::isFinite),
                                          () -> name + " of " + kernel + ", seed " + SEED));
                        }
                      }
                    }));
  }

  @TestFactory
  Stream<DynamicTest> lossesOfHugeLogitsAreTheirDifferences() {
    Kernel.CrossEntropy kernel =
        (Kernel.CrossEntropy)
            new KernelCases(1, 2, 1, 2)
                .all().stream()
                    .filter(k -> k instanceof Kernel.CrossEntropy)
                    .findFirst()
                    .orElseThrow();
    double[] logits = {1e4, -1e4, 0, 0, 0, -1e4, -1e4, 1e4, -1e4, -1e4};
    return Engines.all().stream()
        .map(
            type ->
                DynamicTest.dynamicTest(
                    type.getSimpleName(),
                    () -> {
                      try (Engine engine = Engines.open(type, 1);
                          Kernels bound = engine.bind(new Program(List.of(kernel)), 1)) {
                        bound.write(kernel.logits_BxTxV(), 0, logits);
                        bound.writeTokens(kernel.targets_BxT(), new int[] {1, 2});
                        bound.forward();
                        double[] losses = bound.read(kernel.loss_BxT(), 0);
                        assertEquals(2e4, losses[0]);
                        assertEquals(0, losses[1]);
                      }
                    }));
  }

  /** e^x within 2 ulp, in whole vectors and in a part of one. */
  @Test
  void exponentialIsAccurate() {
    Random random = new Random(SEED);
    float[] x = new float[300_007];
    for (int i = 0; i < x.length; i++) {
      x[i] = -87 + 175 * random.nextFloat();
    }
    x[0] = 0;
    x[1] = -87;
    x[2] = 88;
    float[] y = x.clone();
    exponential(y);
    double worst = 0;
    for (int i = 0; i < x.length; i++) {
      double exact = Math.exp(x[i]);
      worst = Math.max(worst, Math.abs(y[i] - exact) / Math.ulp((float) exact));
    }
    assertTrue(worst <= 2, "worst error " + worst + " ulp, seed " + SEED);
    assertEquals(1, y[0]);
  }

  @Test
  void exponentialIsBoundedAndKeepsNaN() {
    float[] x = {Float.NEGATIVE_INFINITY, -1e30f, Float.POSITIVE_INFINITY, 1e30f, Float.NaN};
    exponential(x);
    assertEquals(Math.exp(-87), x[0], 1e-44);
    assertEquals(Math.exp(-87), x[1], 1e-44);
    assertTrue(Float.isFinite(x[2]) && x[2] > 1e38f);
    assertTrue(Float.isFinite(x[3]) && x[3] > 1e38f);
    assertTrue(Float.isNaN(x[4]));
  }

  private static void exponential(float[] x) {
    for (int i = 0; i < x.length; i += Vectors.LANES) {
      VectorMask<Float> lanes = Vectors.FLOATS.indexInRange(i, x.length);
      FloatVector values = FloatVector.fromArray(Vectors.FLOATS, x, i, lanes);
      Vectors.exponential(values).intoArray(x, i, lanes);
    }
  }
}
