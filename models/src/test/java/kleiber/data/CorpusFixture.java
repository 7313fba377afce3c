package kleiber.data;

import java.io.IOException;
import java.nio.file.Path;

/**
 * Makes one small instance of a corpus for the contract test. The fixture of a corpus {@code X} is
 * the class {@code XFixture} beside this one.
 */
interface CorpusFixture {
  /**
   * @param folder an empty folder for its text
   */
  Corpus make(Path folder) throws IOException;

  /** The digest that the corpus must have on every machine. */
  String digest();
}
