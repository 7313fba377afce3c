package kleiber.train;

import java.util.Optional;
import kleiber.data.Corpus;

/**
 * A held-out set: {@code tokens} tokens of a corpus's held-out text, as excerpts of about 1,024
 * that lie evenly over all of it (rounded down to whole excerpts, and these up to whole windows of
 * the context); the same tokens for every run of an experiment at one context.
 *
 * @param tokens tokens to score
 * @param corpus whose held-out text; the run's own corpus when absent
 * @param byPosition whether the last checkpoint tells the loss at each place of the window too;
 *     false is the same as absent
 */
public record HeldOut(long tokens, Optional<Corpus> corpus, Optional<Boolean> byPosition) {
  /** As many are kept in memory. */
  private static final long MOST_TOKENS = 1 << 30;

  public HeldOut {
    if (tokens < 1) {
      throw new IllegalArgumentException("tokens is " + tokens + " but a held-out set needs some");
    }
    if (tokens > MOST_TOKENS) {
      throw new IllegalArgumentException(
          "tokens is " + tokens + " but a held-out set may have at most " + MOST_TOKENS);
    }
    byPosition = byPosition.filter(asked -> asked);
  }

  /** A set whose loss is asked for as a whole. */
  public HeldOut(long tokens, Optional<Corpus> corpus) {
    this(tokens, corpus, Optional.empty());
  }
}
