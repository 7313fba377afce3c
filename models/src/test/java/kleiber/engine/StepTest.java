package kleiber.engine;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.function.Supplier;
import java.util.stream.Stream;
import kleiber.engine.cuda.CudaEngine;
import kleiber.engine.cuda.driver.EmulatedDevice;
import kleiber.engine.cuda.driver.StubLibraries;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/** A step as a whole is what its parts are, bit for bit, whenever the next ids are written. */
class StepTest {
  private static final SmallGpt MODEL = new SmallGpt(2, 9, 8, 1, 2, 13);
  private static final int STEPS = 4;

  /** The first two are clipped, always and at times; the last has no finite loss. */
  private static final int[] KEYS = {1, 2, 3, 4};

  private static final double[] CLIP = {1e-2, 1.0, 1e9, 1.0};

  private static final Update.AdamW ADAMW = new Update.AdamW(0.9, 0.95, 1e-3, 0.1);
  private static final List<Update.Rule> RULES =
      List.of(ADAMW, new Update.Sgd(0.9, true, 0.1), new Update.Muon(0.95, ADAMW));

  @TestFactory
  Stream<DynamicTest> aStepIsWhatItsPartsAre() {
    return Engines.all().stream()
        .flatMap(
            type ->
                RULES.stream()
                    .map(
                        rule ->
                            DynamicTest.dynamicTest(
                                type.getSimpleName() + " " + rule, () -> compare(type, rule))));
  }

  private static void compare(Class<? extends Engine> type, Update.Rule rule) {
    try (Engine engine = Engines.open(type, 1)) {
      List<double[]> parts = train(engine, rule, false);
      assertSame(parts, train(engine, rule, true));
      assertTrue(Double.isNaN(parts.getFirst()[3]), "the last has diverged");
    }
  }

  /** Streams may run as late or as early as they are allowed to. */
  @Test
  void idsOfTheNextStepDoNotOvertakeTheWork(@TempDir Path folder) {
    assumeTrue(EmulatedDevice.available(), "no g++ here, so no emulated card");
    List<double[]> want;
    try (Engine emulated = new CudaEngine(new EmulatedDevice())) {
      want = train(emulated, ADAMW, false);
    }
    Runnable driven =
        () -> {
          try (Engine engine = new CudaEngine(StubLibraries.open(folder))) {
            assertSame(want, train(engine, ADAMW, true));
          }
        };
    driven.run();
    StubLibraries.eagerly(driven);
    assertEquals(0, StubLibraries.leftOpen(), "all is given back");
  }

  private static List<double[]> train(Engine engine, Update.Rule rule, boolean whole) {
    List<double[]> numbers = new ArrayList<>();
    try (Kernels bound = engine.bind(MODEL.program(), KEYS.length)) {
      SmallGpt.fill(bound, KEYS);
      Tensor weight = bound.program().parameters().getLast();
      double[] broken = new double[weight.size()];
      Arrays.fill(broken, Double.NaN);
      bound.write(weight, 3, broken);
      write(bound, 1);
      for (int number = 1; number <= STEPS; number++) {
        Step step =
            new Step(
                number,
                new double[] {1e-2, 2e-2, 3e-2, 4e-2},
                CLIP,
                Collections.nCopies(KEYS.length, rule));
        Step.Outcome outcome = whole ? whole(bound, step) : parts(bound, step);
        numbers.add(outcome.losses());
        numbers.add(outcome.norms());
      }
      for (int m = 0; m < KEYS.length; m++) {
        for (Tensor parameter : bound.program().parameters()) {
          numbers.add(bound.read(parameter, m));
          numbers.add(bound.readMoment(parameter, m, 0));
          numbers.add(bound.readMoment(parameter, m, 1));
        }
      }
    }
    return numbers;
  }

  private static Step.Outcome whole(Kernels bound, Step step) {
    Supplier<Step.Outcome> outcome = bound.step(step, MODEL.losses());
    write(bound, step.number() + 1);
    return outcome.get();
  }

  private static Step.Outcome parts(Kernels bound, Step step) {
    bound.gradients();
    Step.Outcome outcome = new Step.Outcome(bound.sums(MODEL.losses()), bound.gradientNorms());
    bound.update(step.after(outcome));
    write(bound, step.number() + 1);
    return outcome;
  }

  /** Other ids in every step. */
  private static void write(Kernels bound, long step) {
    Kernel.Embedding first = (Kernel.Embedding) bound.program().forward().getFirst();
    Kernel.CrossEntropy last = (Kernel.CrossEntropy) bound.program().forward().getLast();
    Random random = new Random(step);
    for (Tensor ids : List.of(first.tokens_BxT(), last.targets_BxT())) {
      bound.writeTokens(ids, random.ints((long) KEYS.length * ids.size(), 0, 13).toArray());
    }
  }

  private static void assertSame(List<double[]> want, List<double[]> have) {
    assertEquals(want.size(), have.size());
    for (int i = 0; i < want.size(); i++) {
      assertArrayEquals(want.get(i), have.get(i), "number " + i);
    }
  }
}
