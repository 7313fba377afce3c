package kleiber.models;

import java.util.SplittableRandom;
import kleiber.engine.Kernel;

/**
 * Masked prediction (Devlin et al. 2019, arXiv:1810.04805, section 3.1): in every window as many
 * positions, chosen evenly, have their token replaced by a mask, and the loss is of those tokens
 * alone. All that are chosen are masked; none is left as it is or replaced by another token.
 *
 * @param share of the positions of a window, rounded to whole ones
 */
public record Masking(double share) {
  /** The target where nothing is to be predicted. */
  public static final int UNMASKED = Kernel.CrossEntropy.UNSCORED;

  /** Mixed into keys, so that masks do not follow other draws of the same seed. */
  private static final long MASKS = 0x6D61736B73L;

  public Masking {
    if (!(share > 0 && share < 1)) {
      throw new IllegalArgumentException(
          "masked is " + share + " but must be above 0 and below 1, such as 0.15");
    }
  }

  /**
   * Masked positions of a window of T, the nearest to their share.
   *
   * @throws IllegalArgumentException where that is none, or leaves none to read
   */
  public int count(int context) {
    long count = Math.round(share * context);
    if (count < 1 || count >= context) {
      throw new IllegalArgumentException(
          "masked is %s, which of a context of %d is %d %s, but at least 1 must be masked and 1 left to read; "
                  .formatted(share, context, count, count == 1 ? "position" : "positions")
              + (context < 2
                  ? "give a longer context"
                  : "give a share of 1/%d to %d/%1$d".formatted(context, context - 1)));
    }
    return (int) count;
  }

  /**
   * Masks a window, given as next-token prediction has it: the tokens to be predicted are its
   * targets, and become the inputs where they are not masked. Which are is a pure function of seed
   * and number.
   *
   * @param seed of the choice
   * @param number of the window among those of the seed
   * @param mask the id that stands for a masked token
   * @param inputs receives T ids at {@code offset}
   * @param targets T ids at {@code offset}; {@link #UNMASKED} afterwards but for the masked
   */
  public void mask(
      long seed, long number, int mask, int[] inputs, int[] targets, int offset, int context) {
    SplittableRandom ofSeed = new SplittableRandom(seed ^ MASKS);
    SplittableRandom random = new SplittableRandom(ofSeed.nextLong() + number);
    int left = count(context);
    for (int t = 0; t < context; t++) {
      // Each further position is one of those left with the chance that makes all choices even.
      boolean chosen = random.nextInt(context - t) < left;
      inputs[offset + t] = chosen ? mask : targets[offset + t];
      if (chosen) {
        left--;
      } else {
        targets[offset + t] = UNMASKED;
      }
    }
  }
}
