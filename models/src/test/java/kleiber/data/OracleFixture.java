package kleiber.data;

import java.nio.file.Path;

/** A corpus whose distribution is known, small enough to be summed over by brute force. */
interface OracleFixture extends CorpusFixture {
  /** Tokens that are summed over. */
  int LENGTH = 6;

  Corpus make();

  @Override
  default Corpus make(Path folder) {
    return make();
  }

  /** p(a text begins with these ids), by exact enumeration of whatever is hidden. */
  double probability(int[] ids);
}
