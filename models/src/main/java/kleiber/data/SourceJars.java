package kleiber.data;

import java.io.IOException;
import java.nio.file.Path;
import java.util.function.BooleanSupplier;
import java.util.function.UnaryOperator;

/**
 * Java and the English of its documentation: the text of well-known open-source libraries, from the
 * source jars that the build fetches to {@code models/target/source-jars} under the system property
 * {@code kleiber.home} (coordinates, hashes and licences in {@code source-jars.txt}). Licence
 * headers and near-duplicates are removed; one file in twenty, chosen by the hash of its path, is
 * held out. In bytes, 45.5 million training and 2.6 million held-out tokens in 6,403 files.
 */
public record SourceJars(Tokenizer tokenizer) implements Corpus {
  /** Share of files that is held out. */
  static final double HELD_OUT_FRACTION = 0.05;

  @Override
  public int vocabulary() throws IOException {
    return tokenizer.vocabulary();
  }

  @Override
  public SplitCorpus open(Path cache, BooleanSupplier stopped) throws IOException {
    return TokenizedText.open(
        cache,
        "SourceJars " + JarText.fingerprint() + " " + tokenizer.fingerprint(),
        tokenizer,
        sink -> JarText.tell(UnaryOperator.identity(), sink),
        stopped);
  }
}
