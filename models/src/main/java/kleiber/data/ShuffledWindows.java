package kleiber.data;

/**
 * The order in which a run sees its training text. The sequence is cut into floor((length − 1) / T)
 * windows of T inputs and their T targets (inputs shifted by one); each epoch visits every window
 * once, in an order that is a pure function of (seed, epoch), computed without a table: see {@link
 * Permutation}. The position in that order is the whole state of the data: window {@code i} of a
 * run can be asked for directly.
 */
public final class ShuffledWindows {
  private final TokenSequence tokens;
  private final int context;
  private final long seed;
  private final long perEpoch;

  /**
   * @param context T
   * @param seed of the order
   * @throws CorpusException when the sequence is shorter than one window, or windows would not
   *     begin where they must
   */
  public ShuffledWindows(TokenSequence tokens, int context, long seed) throws CorpusException {
    if (context < 1) {
      throw new IllegalArgumentException("context is " + context + " but must be at least 1 token");
    }
    requireWhole(context, tokens);
    this.tokens = tokens;
    this.context = context;
    this.seed = seed;
    this.perEpoch = Math.max(0, tokens.length() - 1) / context;
    if (perEpoch == 0) {
      throw new CorpusException(
          "a context of "
              + context
              + " tokens is longer than the text, which has "
              + tokens.length()
              + "; a window needs the context and one token more");
    }
  }

  /**
   * Refuses a context that would cut a sequence elsewhere than it may be cut.
   *
   * @throws CorpusException when windows would not begin at multiples of the period
   */
  public static void requireWhole(int context, TokenSequence tokens) throws CorpusException {
    if (context % tokens.period() != 0) {
      throw new CorpusException(
          "a context of %d tokens cuts this corpus elsewhere than every %d tokens, where windows may begin; give a multiple of %2$d as context, or set the corpus's documents by it"
              .formatted(context, tokens.period()));
    }
  }

  /** T, tokens in a window. */
  public int context() {
    return context;
  }

  /** Windows in one epoch. */
  public long perEpoch() {
    return perEpoch;
  }

  /** Distinct training tokens: {@code perEpoch() * context()}. */
  public long uniqueTokens() {
    return perEpoch * context;
  }

  /**
   * Reads the window that is number {@code position} in the run's order (≥ perEpoch means
   * repeated).
   *
   * @param inputs receives T ids at {@code offset}
   * @param targets receives T ids at {@code offset}
   */
  public void read(long position, int[] inputs, int[] targets, int offset) {
    long start = window(position) * context;
    tokens.read(start, inputs, offset, context);
    tokens.read(start + 1, targets, offset, context);
  }

  /** The window in [0, perEpoch) that is number {@code position} in the run's order. */
  long window(long position) {
    if (position < 0) {
      throw new IllegalArgumentException("position is " + position + " but must be 0 or more");
    }
    return new Permutation(perEpoch, seed, position / perEpoch).at(position % perEpoch);
  }
}
