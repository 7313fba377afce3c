package kleiber.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.reflect.RecordComponent;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import kleiber.Implementations;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ScheduleTest {
  /** Ten steps of 100 tokens, the first two of them warm-up. */
  private static double[] tenSteps(Schedule schedule) {
    return IntStream.range(0, 10).mapToDouble(step -> schedule.at(100L * step, 1000)).toArray();
  }

  @Test
  void constant() {
    assertArrayEquals(
        new double[] {0, 0.5, 1, 1, 1, 1, 1, 1, 1, 1}, tenSteps(new Constant(200)), 1e-15);
  }

  @Test
  void linear() {
    assertArrayEquals(
        new double[] {0, 0.5, 1, 0.8875, 0.775, 0.6625, 0.55, 0.4375, 0.325, 0.2125},
        tenSteps(new Linear(200, 0.1)),
        1e-15);
  }

  @Test
  void cosine() {
    double r2 = Math.sqrt(2);
    double[] cosines = {
      1,
      Math.sqrt(2 + r2) / 2,
      r2 / 2,
      Math.sqrt(2 - r2) / 2,
      0,
      -Math.sqrt(2 - r2) / 2,
      -r2 / 2,
      -Math.sqrt(2 + r2) / 2
    };
    double[] expected = new double[10];
    expected[1] = 0.5;
    for (int i = 0; i < 8; i++) {
      expected[i + 2] = 0.1 + 0.9 * (1 + cosines[i]) / 2;
    }
    assertArrayEquals(expected, tenSteps(new Cosine(200, 0.1)), 1e-15);
  }

  @Test
  void warmupStableDecay() {
    assertArrayEquals(
        new double[] {0, 0.5, 1, 1, 1, 1, 1, 0.775, 0.55, 0.325},
        tenSteps(new WarmupStableDecay(200, 0.4, 0.1)),
        1e-15);
  }

  @Test
  void warmupAndDecayMayOverlap() {
    assertArrayEquals(
        new double[] {0, 0.125, 0.25, 0.375, 0.5, 0.625, 0.5, 0.375, 0.25, 0.125},
        tenSteps(new WarmupStableDecay(800, 0.8, 0)),
        1e-15);
  }

  static List<Class<?>> schedules() {
    return Implementations.records(Schedule.class);
  }

  @ParameterizedTest
  @MethodSource("schedules")
  void isAFractionEverywhere(Class<?> type) throws ReflectiveOperationException {
    for (long warmup : new long[] {0, 1, 333, 1000}) {
      Schedule schedule = make(type, warmup);
      assertEquals(warmup, schedule.warmupTokens());
      for (long tokens = 0; tokens <= 1100; tokens++) {
        double fraction = schedule.at(tokens, 1000);
        assertTrue(fraction >= 0 && fraction <= 1, schedule + " at " + tokens + ": " + fraction);
      }
      assertEquals(warmup == 0 ? 1 : 0, schedule.at(0, 1000), 1e-15);
    }
  }

  /** Of so many tokens of warm-up, every other setting being 0.1. */
  private static Schedule make(Class<?> type, long warmup) throws ReflectiveOperationException {
    RecordComponent[] settings = type.getRecordComponents();
    Class<?>[] types = Stream.of(settings).map(RecordComponent::getType).toArray(Class<?>[]::new);
    Object[] values =
        Stream.of(settings)
            .map(s -> s.getName().equals("warmupTokens") ? (Object) warmup : (Object) 0.1)
            .toArray();
    return (Schedule) type.getDeclaredConstructor(types).newInstance(values);
  }

  @Test
  void refusesNonsense() {
    refuses("warmupTokens is -1 but must be zero or more tokens", () -> new Constant(-1));
    refuses("finalFraction is 1.5 but must be in [0, 1]", () -> new Cosine(0, 1.5));
    refuses("finalFraction is NaN but must be in [0, 1]", () -> new Linear(0, Double.NaN));
    refuses("decayFraction is 0.0 but must be in (0, 1]", () -> new WarmupStableDecay(0, 0, 0.5));
  }

  private static void refuses(String sentence, Executable settings) {
    assertEquals(sentence, assertThrows(IllegalArgumentException.class, settings).getMessage());
  }
}
