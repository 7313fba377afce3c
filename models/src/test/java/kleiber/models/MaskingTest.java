package kleiber.models;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MaskingTest {
  private static final int CONTEXT = 20;
  private static final int MASK = 256;

  /** The targets of a window after masking; inputs must say the same. */
  private static int[] masked(Masking masking, long seed, long number) {
    int[] inputs = new int[CONTEXT + 2];
    int[] targets = new int[CONTEXT + 2];
    Arrays.setAll(targets, i -> 100 + i);
    masking.mask(seed, number, MASK, inputs, targets, 1, CONTEXT);
    assertEquals(100, targets[0], "what lies before the window is left alone");
    assertEquals(100 + CONTEXT + 1, targets[CONTEXT + 1], "and what lies after it");
    for (int i = 1; i <= CONTEXT; i++) {
      boolean isMasked = targets[i] != Masking.UNMASKED;
      assertEquals(isMasked ? MASK : 100 + i, inputs[i]);
      assertEquals(isMasked ? 100 + i : Masking.UNMASKED, targets[i]);
    }
    return Arrays.copyOfRange(targets, 1, CONTEXT + 1);
  }

  @Test
  void everyWindowHasAsManyMasksAndEveryPositionItsShare() {
    Masking masking = new Masking(0.15);
    int[] times = new int[CONTEXT];
    int windows = 20_000;
    for (int number = 0; number < windows; number++) {
      int[] targets = masked(masking, 1, number);
      int masks = 0;
      for (int t = 0; t < CONTEXT; t++) {
        if (targets[t] != Masking.UNMASKED) {
          times[t]++;
          masks++;
        }
      }
      assertEquals(3, masks);
    }
    // Five deviations of a binomial's share.
    double tolerance = 5 * Math.sqrt(0.15 * 0.85 / windows);
    for (int count : times) {
      assertEquals(0.15, (double) count / windows, tolerance);
    }
  }

  @Test
  void masksFollowFromSeedAndNumberAlone() {
    Masking masking = new Masking(0.4);
    assertArrayEquals(masked(masking, 3, 5), masked(masking, 3, 5));
    assertFalse(Arrays.equals(masked(masking, 3, 5), masked(masking, 3, 6)));
    assertFalse(Arrays.equals(masked(masking, 3, 5), masked(masking, 4, 5)));
  }

  @Test
  void sharesAreRoundedToWholePositions() {
    assertEquals(1, new Masking(0.0625).count(8));
    assertEquals(19, new Masking(0.15).count(128));
    assertEquals(7, new Masking(0.93).count(8));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "0.001 | 16 | 0 positions | give a share of 1/16 to 15/16",
        "0.99 | 16 | 16 positions | give a share of 1/16 to 15/16",
        "0.5 | 1 | 1 position | give a longer context",
      })
  void aContextThatCannotShowTheShareIsRefused(
      double share, int context, String count, String advice) {
    assertEquals(
        "masked is %s, which of a context of %d is %s, but at least 1 must be masked and 1 left to read; %s"
            .formatted(share, context, count, advice),
        assertThrows(IllegalArgumentException.class, () -> new Masking(share).count(context))
            .getMessage());
  }

  @Test
  void whatIsAdvisedIsTaken() {
    for (int context = 2; context < 5000; context++) {
      assertEquals(1, new Masking(1.0 / context).count(context));
      assertEquals(context - 1, new Masking((context - 1.0) / context).count(context));
    }
  }

  @Test
  void nonsenseIsRefusedWithASentence() {
    for (double share : new double[] {0, 1, -0.1, Double.NaN}) {
      assertEquals(
          "masked is " + share + " but must be above 0 and below 1, such as 0.15",
          assertThrows(IllegalArgumentException.class, () -> EncoderInstances.classic(share))
              .getMessage());
    }
  }
}
