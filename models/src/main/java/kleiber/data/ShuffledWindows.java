package kleiber.data;

/**
 * Every window of a sequence once an epoch, in an order shuffled by (seed, epoch) and computed
 * without a table: see {@link Permutation}.
 */
public final class ShuffledWindows implements Windows {
  private final TokenSequence tokens;
  private final int context;
  private final long seed;
  private final long perEpoch;

  /**
   * @param context T
   * @param seed of the order
   * @throws CorpusException when the sequence is shorter than one window
   */
  public ShuffledWindows(TokenSequence tokens, int context, long seed) throws CorpusException {
    if (context < 1) {
      throw new IllegalArgumentException("context is " + context + " but must be at least 1 token");
    }
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

  @Override
  public int context() {
    return context;
  }

  @Override
  public long perEpoch() {
    return perEpoch;
  }

  @Override
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
