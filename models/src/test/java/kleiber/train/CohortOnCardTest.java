package kleiber.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.function.Supplier;
import kleiber.engine.Engine;
import kleiber.engine.Precision;
import kleiber.engine.Step;
import kleiber.engine.cuda.CudaEngine;
import kleiber.engine.cuda.driver.EmulatedDevice;
import org.junit.jupiter.api.Test;

/** What a cohort costs that is trained on a card, however many members it has. */
class CohortOnCardTest {
  private static final int BATCH = 3;
  private static final int CONTEXT = 8;
  private static final int VOCABULARY = 12;

  /** A wait for the card costs more than the numbers that it is for. */
  @Test
  void lossesOfAllMembersAreOneCopy() {
    assumeTrue(EmulatedDevice.available(), "no g++ here, so no emulated card");
    EmulatedDevice card = new EmulatedDevice();
    try (Engine engine = new CudaEngine(card);
        Cohort together = cohort(engine, 1, 2, 3);
        Cohort alone = cohort(engine, 2)) {
      Random random = new Random(5);
      int[] ids = random.ints(3 * BATCH * CONTEXT, 0, VOCABULARY).toArray();
      together.gradients(ids, ids);
      int before = card.downloads();
      double[] means = together.meanLosses();
      assertEquals(1, card.downloads() - before);
      double[][] losses = together.losses();
      assertEquals(2, card.downloads() - before);
      for (int member = 0; member < 3; member++) {
        double mean = Arrays.stream(losses[member]).average().orElseThrow();
        assertEquals(mean, means[member], 1e-14 * mean);
      }
      int[] own = Arrays.copyOfRange(ids, BATCH * CONTEXT, 2 * BATCH * CONTEXT);
      alone.gradients(own, own);
      assertArrayEquals(new double[] {means[1]}, alone.meanLosses(), "in a cohort as alone");
      assertArrayEquals(losses[1], alone.losses()[0]);
    }
  }

  @Test
  void aStepWaitsForTheCardOnce() {
    assumeTrue(EmulatedDevice.available(), "no g++ here, so no emulated card");
    EmulatedDevice card = new EmulatedDevice();
    int[] ids = new Random(5).ints(2 * BATCH * CONTEXT, 0, VOCABULARY).toArray();
    Batch batch = new Batch(ids, ids);
    List<Optimizer> optimizers = Collections.nCopies(2, Specs.ADAMW);
    try (Engine engine = new CudaEngine(card);
        Cohort cohort = cohort(engine, 1, 2)) {
      int before = card.downloads();
      for (int step = 1; step <= 3; step++) {
        Supplier<Step.Outcome> taken = cohort.step(batch, step, optimizers, new double[] {1, 1});
        cohort.expect(batch);
        assertEquals(step - 1, card.downloads() - before, "nothing is waited for");
        assertEquals(2, taken.get().norms().length);
        assertEquals(step, card.downloads() - before);
      }
    }
  }

  private static Cohort cohort(Engine engine, long... seeds) {
    return new Cohort(
        engine, Specs.GPT, Precision.FLOAT32, VOCABULARY, BATCH, CONTEXT, Optional.empty(), seeds);
  }
}
