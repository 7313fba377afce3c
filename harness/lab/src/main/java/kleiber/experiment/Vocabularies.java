package kleiber.experiment;

import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import kleiber.data.Corpus;

/**
 * The vocabulary of each corpus, looked up once: a tokenizer's file may be large, and a grid has
 * many cells.
 */
public final class Vocabularies {
  private final Map<Corpus, Integer> known = new HashMap<>();

  /**
   * V of a corpus.
   *
   * @throws kleiber.data.CorpusException when its tokenizer cannot be found or read
   */
  public int of(Corpus corpus) throws IOException {
    Integer vocabulary = known.get(corpus);
    if (vocabulary == null) {
      vocabulary = corpus.vocabulary();
      known.put(corpus, vocabulary);
    }
    return vocabulary;
  }
}
