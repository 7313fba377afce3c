package kleiber.data;

import java.io.IOException;
import java.nio.file.Path;

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
   * @throws CorpusException when the text is missing, empty or too small; the sentence is for the
   *     user
   */
  SplitCorpus open(Path cache) throws IOException;
}
