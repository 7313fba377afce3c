package kleiber.data;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.function.BooleanSupplier;

/**
 * The settings of a corpus: everything that decides its tokens and their split. One record per
 * corpus, in this package; the package is the registry, {@code type: SourceJars} finds the class
 * beside this one.
 */
public interface Corpus {
  /**
   * Number of token ids, known without reading the text.
   *
   * @throws CorpusException when the tokenizer cannot be found or read
   */
  int vocabulary() throws IOException;

  /**
   * Tokenizes and splits the corpus, or finds it done in the cache.
   *
   * @param cache a folder for tokenized text, keyed by content; may be deleted at any time
   * @param stopped asked now and then, as tokenizing may take long
   * @throws CorpusException when the text is missing, empty or too small; the sentence is for the
   *     user
   * @throws CancellationException when stopped; nothing of what was begun is kept
   */
  SplitCorpus open(Path cache, BooleanSupplier stopped) throws IOException;

  /** As above, never stopped. */
  default SplitCorpus open(Path cache) throws IOException {
    return open(cache, () -> false);
  }

  /**
   * The ideal predictor, where the distribution of the tokens is known; empty for text. A corpus
   * that has one keeps nothing in a cache.
   */
  default Optional<Oracle> oracle() throws IOException {
    return Optional.empty();
  }
}
