package kleiber.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Optional;
import java.util.OptionalDouble;
import kleiber.data.SplitCorpus;
import kleiber.data.TokenSequence;
import org.junit.jupiter.api.Test;

class HeldOutSetTest {
  private static final int LENGTH = 100_000;

  /** Remembers how far into the text it was read. */
  private static final class Watched implements TokenSequence {
    private long last;

    @Override
    public long length() {
      return LENGTH;
    }

    @Override
    public void read(long from, int[] ids, int offset, int count) {
      assertTrue(from >= last, "excerpts overlap: " + from + " was read before");
      last = from + count - 1;
    }

    @Override
    public int document(long position) {
      return Math.toIntExact(position / 10_000);
    }

    @Override
    public OptionalDouble bytesPerToken(long tokens) {
      return OptionalDouble.empty();
    }
  }

  @Test
  void aSetReachesOverTheWholeTextHoweverSmallItIs() throws Exception {
    Watched text = new Watched();
    HeldOutSet set = set(text, 16 * 1024, 64);
    assertEquals(LENGTH - 1, text.last);
    assertEquals(10, set.facts().documents());
    assertEquals(16 * 1024, set.facts().tokens());
  }

  @Test
  void contextsThatDivideAnExcerptScoreTheSameTokens() throws Exception {
    for (int context : new int[] {8, 64, 1024}) {
      assertEquals(32 * 1024, set(new Watched(), 32 * 1024, context).facts().tokens());
    }
  }

  /** Two windows of 1,023 tokens reach over 1,024, and 48 such excerpts fit. */
  @Test
  void excerptsAreWholeWindows() throws Exception {
    Watched text = new Watched();
    assertEquals(48 * 2 * 1023, set(text, LENGTH - 1, 1023).facts().tokens());
    assertEquals(LENGTH - 1, text.last);
  }

  private static HeldOutSet set(TokenSequence text, long tokens, int context) throws Exception {
    return new HeldOutSet(
        "watched",
        new HeldOut(tokens, Optional.empty()),
        new SplitCorpus(2, text, text, "watched"),
        context);
  }
}
