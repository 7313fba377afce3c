package kleiber.data;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.BooleanSupplier;

/**
 * A corpus as tokenized once and kept in the cache: {@code training.bin} and {@code held-out.bin}
 * hold nothing but ids, so that other tools can read them too.
 */
final class TokenizedText {
  private static final String FACTS = "corpus.json";
  private static final String TRAINING = "training";
  private static final String HELD_OUT = "held-out";

  /** What must be known to read the ids. */
  record Facts(int vocabulary, boolean endOfDocument, String digest) {}

  private TokenizedText() {}

  /**
   * Tokenizes documents, or finds it done.
   *
   * @param key names everything that decides the tokens
   * @param stopped see {@link Corpus#open}
   */
  static SplitCorpus open(
      Path cache, String key, Tokenizer tokenizer, Documents documents, BooleanSupplier stopped)
      throws IOException {
    Path folder =
        SealedFolder.open(
            cache, key, stopped, empty -> write(empty, tokenizer, documents, stopped));
    Facts facts = new ObjectMapper().readValue(folder.resolve(FACTS).toFile(), Facts.class);
    return new SplitCorpus(
        facts.vocabulary(),
        map(folder, TRAINING, facts),
        map(folder, HELD_OUT, facts),
        facts.digest());
  }

  private static void write(
      Path folder, Tokenizer tokenizer, Documents documents, BooleanSupplier stopped)
      throws IOException {
    int vocabulary = tokenizer.vocabulary();
    try (Tokenizer.Encoder encoder = tokenizer.open();
        TokenWriter training = writer(folder, TRAINING, vocabulary);
        TokenWriter heldOut = writer(folder, HELD_OUT, vocabulary)) {
      Tokenization tokenization = new Tokenization(encoder, training, heldOut, stopped);
      documents.tell(tokenization);
      tokenization.flush();
      Facts facts =
          new Facts(
              vocabulary,
              encoder.endOfDocument().isPresent(),
              Sha256.hex(vocabulary + " " + training.finish() + " " + heldOut.finish()));
      Files.write(folder.resolve(FACTS), new ObjectMapper().writeValueAsBytes(facts));
    }
  }

  private static TokenWriter writer(Path folder, String side, int vocabulary) throws IOException {
    return new TokenWriter(
        folder.resolve(side + ".bin"), folder.resolve(side + ".documents"), vocabulary);
  }

  private static TokenSequence map(Path folder, String side, Facts facts) throws IOException {
    return new MappedTokens(
        List.of(
            new MappedTokens.Shard(
                MappedTokens.map(folder.resolve(side + ".bin")), IdWidth.of(facts.vocabulary()))),
        new DocumentIndex(folder.resolve(side + ".documents")),
        facts.endOfDocument()
            ? MappedTokens.TextBytes.OF_ALL_BUT_THE_LAST
            : MappedTokens.TextBytes.OF_EVERY_TOKEN);
  }
}
