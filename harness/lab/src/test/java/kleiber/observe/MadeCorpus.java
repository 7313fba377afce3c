package kleiber.observe;

import java.nio.file.Path;
import java.util.function.BooleanSupplier;
import kleiber.data.Corpus;
import kleiber.data.CorpusException;
import kleiber.data.SplitCorpus;

/** A corpus that has a vocabulary and no text. */
public record MadeCorpus(int vocabulary) implements Corpus {
  @Override
  public SplitCorpus open(Path cache, BooleanSupplier stopped) throws CorpusException {
    throw new CorpusException("a made corpus has no text");
  }
}
