package kleiber.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.OptionalDouble;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ShuffledWindowsTest {
  private static final int T = 5;

  @ParameterizedTest
  @ValueSource(ints = {6, 11, 16, 21, 26, 85, 86, 87, 1_281, 5_121, 5_126, 50_000})
  void eachEpochVisitsEachWindowOnce(int length) throws CorpusException {
    ShuffledWindows windows = new ShuffledWindows(new Counting(length), T, 42);
    assertEquals((length - 1) / T, windows.perEpoch());
    assertEquals((length - 1) / T * T, windows.uniqueTokens());
    for (int epoch = 0; epoch < 3; epoch++) {
      long[] visited = order(windows, epoch);
      Arrays.sort(visited);
      assertArrayEquals(LongStream.range(0, windows.perEpoch()).toArray(), visited);
    }
  }

  @Test
  void epochsAndSeedsHaveTheirOwnOrder() throws CorpusException {
    ShuffledWindows windows = new ShuffledWindows(new Counting(5_001), T, 1);
    ShuffledWindows twin = new ShuffledWindows(new Counting(5_001), T, 1);
    ShuffledWindows other = new ShuffledWindows(new Counting(5_001), T, 2);
    assertArrayEquals(order(windows, 0), order(twin, 0));
    long[] order = order(windows, 0);
    for (long[] different : new long[][] {order(windows, 1), order(other, 0), order(other, 1)}) {
      long agreeing =
          IntStream.range(0, order.length).filter(i -> order[i] == different[i]).count();
      // A random permutation agrees in one place on average; 12 is beyond 1e-9.
      assertTrue(agreeing < 12, agreeing + " of 1000 windows at the same place");
    }
  }

  /** Neighbours in the order are as far apart as chance has it: a third of the range. */
  @Test
  void neighboursAreFarApart() throws CorpusException {
    long[] order = order(new ShuffledWindows(new Counting(50_001), T, 3), 0);
    double distance =
        IntStream.range(1, order.length)
            .mapToDouble(i -> Math.abs(order[i] - order[i - 1]))
            .average()
            .orElseThrow();
    assertEquals(1 / 3.0, distance / order.length, 0.01);
  }

  @Test
  void targetsAreInputsShiftedByOne() throws CorpusException {
    ShuffledWindows windows = new ShuffledWindows(new Counting(1_000), T, 9);
    int[] inputs = new int[T + 2];
    int[] targets = new int[T + 2];
    for (long position = 0; position < 2 * windows.perEpoch(); position++) {
      windows.read(position, inputs, targets, 2);
      int first = Math.toIntExact(windows.window(position) * T);
      for (int t = 0; t < T; t++) {
        assertEquals(first + t, inputs[2 + t]);
        assertEquals(first + t + 1, targets[2 + t]);
      }
    }
  }

  @Test
  void aContextLongerThanTheTextIsRefused() {
    CorpusException refusal =
        assertThrows(CorpusException.class, () -> new ShuffledWindows(new Counting(64), 64, 1));
    assertEquals(
        "a context of 64 tokens is longer than the text, which has 64; a window needs the context"
            + " and one token more",
        refusal.getMessage());
    assertThrows(CorpusException.class, () -> new ShuffledWindows(new Counting(0), 1, 1));
    assertThrows(IllegalArgumentException.class, () -> new ShuffledWindows(new Counting(64), 0, 1));
  }

  private static long[] order(ShuffledWindows windows, long epoch) {
    return LongStream.range(0, windows.perEpoch())
        .map(i -> windows.window(epoch * windows.perEpoch() + i))
        .toArray();
  }

  /** 0, 1, 2, … as tokens. */
  private record Counting(long length) implements TokenSequence {
    @Override
    public void read(long from, int[] ids, int offset, int count) {
      for (int i = 0; i < count; i++) {
        ids[offset + i] = Math.toIntExact(from + i);
      }
    }

    @Override
    public int document(long position) {
      return 0;
    }

    @Override
    public OptionalDouble bytes(long from, long to) {
      return OptionalDouble.empty();
    }
  }
}
