package kleiber.data;

import java.io.IOException;
import java.util.List;
import java.util.OptionalInt;

/**
 * The settings of a tokenizer: everything that decides how text becomes ids. One record per
 * tokenizer, in this package; the package is the registry, {@code type: Bytes} finds the class
 * beside this one.
 */
public interface Tokenizer {
  /**
   * Number of token ids.
   *
   * @throws CorpusException when the tokenizer's file cannot be found or read
   */
  int vocabulary() throws IOException;

  /**
   * Makes the tokenizer ready to encode.
   *
   * @throws CorpusException when the tokenizer's file cannot be found or read
   */
  Encoder open() throws IOException;

  /**
   * A string that differs where the ids may differ: part of the name of cached tokens.
   *
   * @throws CorpusException when the tokenizer's file cannot be found or read
   */
  String fingerprint() throws IOException;

  /** A tokenizer that is ready to encode; used by one thread. */
  interface Encoder extends AutoCloseable {
    /** The ids of each text, without a beginning or an end of document. */
    List<int[]> encode(List<String> texts);

    /** The id that ends a document, if the tokenizer has one. */
    OptionalInt endOfDocument();

    @Override
    void close();
  }
}
