package kleiber.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import kleiber.engine.Precision;
import org.junit.jupiter.api.Test;

/** A process of its own that really trains; how fast is not judged. */
class StepTimerProcessTest {
  @Test
  void trainsAndAnswersInNumbers() throws IOException {
    try (StepTimerProcess timer =
        new StepTimerProcess(Configuration.TINY, "cpu", 1, 2, Precision.FLOAT32)) {
      assertTrue(timer.numerics().startsWith("cpu/"), timer.numerics());
      List<double[]> steps = timer.order(StepTimer.ROUND);
      assertTrue(steps.size() >= 3, steps.size() + " steps");
      for (double[] step : steps) {
        assertEquals(3, step.length);
        assertTrue(Arrays.stream(step).allMatch(part -> part > 0), Arrays.toString(step));
      }
      double heap = timer.order(StepTimer.MEMORY).getFirst()[0];
      long weights =
          Configuration.TINY.model().count(Configuration.VOCABULARY, Configuration.CONTEXT).total();
      assertTrue(heap > 2 * 4 * 4 * weights, "two members, four float arrays each: " + heap);
      int kernels =
          Configuration.TINY
              .model()
              .program(Configuration.VOCABULARY, 1, Configuration.CONTEXT)
              .forward()
              .size();
      assertEquals(0, timer.order(StepTimer.KERNELS).size() % kernels);
    }
  }

  @Test
  void aProcessThatDoesNotStartIsAFailureInWords() {
    IOException e =
        assertThrows(
            IOException.class,
            () -> new StepTimerProcess(Configuration.TINY, "abacus", 1, 1, Precision.FLOAT32));
    assertTrue(e.getMessage().contains("tiny ended early"), e.getMessage());
  }

  @Test
  void theMedianIsTheMiddle() {
    assertEquals(2, Benchmark.median(new double[] {9, 1, 2}));
    assertEquals(1.5, Benchmark.median(new double[] {9, 1, 2, 0}));
  }
}
