package kleiber.data;

/**
 * The order in which a run sees its training text. The sequence is cut into floor((length − 1) / T)
 * windows of T inputs and their T targets (inputs shifted by one); each epoch visits every window
 * once, in an order that is a pure function of (seed, epoch). The position in that order is the
 * whole state of the data: window {@code i} of a run can be asked for directly.
 */
public interface Windows {
  /** T, tokens in a window. */
  int context();

  /** Windows in one epoch. */
  long perEpoch();

  /** Distinct training tokens: {@code perEpoch() * context()}. */
  default long uniqueTokens() {
    return perEpoch() * context();
  }

  /**
   * Reads the window that is number {@code position} in the run's order (≥ perEpoch means
   * repeated).
   *
   * @param inputs receives T ids at {@code offset}
   * @param targets receives T ids at {@code offset}
   */
  void read(long position, int[] inputs, int[] targets, int offset);
}
