package kleiber.train;

import java.util.Optional;
import kleiber.data.Corpus;

/**
 * A held-out set: the first {@code tokens} tokens (rounded down to whole windows of the context) of
 * a corpus's held-out text; the same tokens for every run of an experiment.
 *
 * @param tokens tokens to score
 * @param corpus whose held-out text; the run's own corpus when absent
 */
public record HeldOut(long tokens, Optional<Corpus> corpus) {
  public HeldOut {
    if (tokens < 1) {
      throw new IllegalArgumentException("tokens is " + tokens + " but a held-out set needs some");
    }
  }
}
