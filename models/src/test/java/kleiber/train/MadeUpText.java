package kleiber.train;

import java.nio.file.Path;
import java.util.OptionalDouble;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import kleiber.data.Corpus;
import kleiber.data.SplitCorpus;
import kleiber.data.TokenSequence;

/**
 * A text in memory that is easy to learn: phrases of a small language, with noise.
 *
 * @param training tokens
 * @param heldOut tokens
 * @param documentLength tokens of each document
 */
record MadeUpText(int training, int heldOut, int documentLength) implements Corpus {
  static final int VOCABULARY = 12;

  /** How often any was opened. */
  static final AtomicInteger OPENED = new AtomicInteger();

  @Override
  public int vocabulary() {
    return VOCABULARY;
  }

  @Override
  public SplitCorpus open(Path cache, BooleanSupplier stopped) {
    OPENED.incrementAndGet();
    return new SplitCorpus(
        VOCABULARY, sequence(training, 1), sequence(heldOut, 2), "digest of " + this);
  }

  private TokenSequence sequence(int length, long seed) {
    Random random = new Random(seed);
    int[] ids = new int[length];
    for (int i = 1; i < length; i++) {
      ids[i] = random.nextInt(5) == 0 ? random.nextInt(VOCABULARY) : (ids[i - 1] * 5 + 3) % 11;
    }
    return new ArraySequence(ids, documentLength);
  }

  /** Ids in memory, two bytes of text each. */
  record ArraySequence(int[] ids, int documentLength) implements TokenSequence {
    @Override
    public long length() {
      return ids.length;
    }

    @Override
    public void read(long from, int[] into, int offset, int count) {
      System.arraycopy(ids, Math.toIntExact(from), into, offset, count);
    }

    @Override
    public int document(long position) {
      return Math.toIntExact(position / documentLength);
    }

    @Override
    public OptionalDouble bytes(long from, long to) {
      return OptionalDouble.of(2.0 * (to - from));
    }
  }
}
