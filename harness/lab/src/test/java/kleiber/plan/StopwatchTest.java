package kleiber.plan;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Map;
import java.util.OptionalDouble;
import kleiber.models.ParameterCount;
import kleiber.train.Facts;
import org.junit.jupiter.api.Test;

/** A lane of which one step in four is slow, by a clock that is set by hand. */
class StopwatchTest {
  private static final long MILLI = 1_000_000;
  private static final int HELD_OUT = 100;

  private long now;

  @Test
  void slowStepsCount() {
    Stopwatch watch = new Stopwatch(() -> now, 1);
    watch.opened(0, facts());
    for (int step = 1; step <= 1000; step++) {
      boolean scored = step % 10 == 0;
      now += MILLI * (step % 4 == 0 ? 11 : 3) + (scored ? 5 * MILLI : 0);
      if (scored) {
        watch.checkpoint(0, null);
      }
      watch.progress(0, step, 1000);
      watch.progress(1, step, 1000); // the other member's are the same steps
    }
    Lap lap = watch.lap();
    double step = 0.005; // of 4, three take 3 ms and one 11
    assertEquals(1000, lap.steps());
    assertEquals(100 * HELD_OUT, lap.scoredTokens());
    assertEquals(step, lap.speed().step(), 0.05 * step);
    assertEquals(
        now * 1e-9, lap.seconds(lap.speed()), 0.02 * now * 1e-9, "the sum is what it took");
  }

  private static Facts facts() {
    Facts.HeldOutFacts heldOut = new Facts.HeldOutFacts("", HELD_OUT, 1, OptionalDouble.empty());
    return new Facts("", 2, 1, new ParameterCount(1, 1, 1, 1), 6, Map.of("text", heldOut));
  }
}
