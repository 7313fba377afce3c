package kleiber.data;

import java.nio.file.Path;
import java.util.function.BooleanSupplier;

/** A corpus of settings only, for tests that never read its text. */
public record StandInCorpus(int vocabulary) implements Corpus {
  @Override
  public SplitCorpus open(Path cache, BooleanSupplier stopped) throws CorpusException {
    throw new CorpusException("a stand-in corpus has no text");
  }
}
