package kleiber.engine;

import java.util.Arrays;

/**
 * Which experts rows of numbers choose: the largest, of equal ones those of lower index. NaN counts
 * as infinite, as on every engine: what it chooses becomes NaN, so that it is noticed at once.
 */
public final class TopExperts {
  private TopExperts() {}

  /**
   * The experts of so many rows, by slot.
   *
   * @param numbers [rows, experts] from an index on
   */
  public static int[] ofRows(float[] numbers, int from, int rows, int experts, int slots) {
    int[] chosen = new int[rows * slots];
    for (int row = 0; row < rows; row++) {
      choose(numbers, from + row * experts, experts, chosen, row * slots, slots);
    }
    return chosen;
  }

  /** As many as there are slots, whatever the numbers are. */
  private static void choose(
      float[] numbers, int at, int experts, int[] chosen, int first, int slots) {
    for (int slot = first; slot < first + slots; slot++) {
      int best = -1;
      for (int expert = 0; expert < experts; expert++) {
        boolean better = best < 0 || rank(numbers[at + expert]) > rank(numbers[at + best]);
        if (better && !contains(chosen, first, slot, expert)) {
          best = expert;
        }
      }
      chosen[slot] = best;
    }
    Arrays.sort(chosen, first, first + slots);
  }

  private static float rank(float number) {
    return Float.isNaN(number) ? Float.POSITIVE_INFINITY : number;
  }

  private static boolean contains(int[] chosen, int from, int to, int expert) {
    for (int slot = from; slot < to; slot++) {
      if (chosen[slot] == expert) {
        return true;
      }
    }
    return false;
  }
}
