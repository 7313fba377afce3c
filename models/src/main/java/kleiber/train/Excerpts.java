package kleiber.train;

import kleiber.data.CorpusException;
import kleiber.data.ShuffledWindows;
import kleiber.data.TokenSequence;

/** Windows that lie evenly over a text and begin where they may. */
final class Excerpts {
  private Excerpts() {}

  /**
   * @return so many windows of T + 1 ids
   * @throws CorpusException when the text has fewer that do not overlap
   */
  static int[][] of(TokenSequence text, int count, int context) throws CorpusException {
    ShuffledWindows.requireWhole(context, text);
    long windows = Math.max(0, text.length() - 1) / context;
    if (windows < count) {
      throw new CorpusException(
          "%d windows of context %d are asked for, but the held-out text of %d tokens has only %d"
              .formatted(count, context, text.length(), windows));
    }
    int[][] ids = new int[count][context + 1];
    for (int i = 0; i < count; i++) {
      text.read(windows * i / count * context, ids[i], 0, context + 1);
    }
    return ids;
  }
}
