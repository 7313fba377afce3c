package kleiber.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.TreeMap;
import kleiber.data.SplitCorpus;
import kleiber.data.TokenSequence;
import kleiber.engine.Engine;
import kleiber.engine.Precision;
import kleiber.engine.naive.NaiveEngine;
import kleiber.models.Encoder;
import kleiber.models.Gpt;
import kleiber.models.KernelFamily;
import kleiber.models.Masking;
import org.junit.jupiter.api.Test;

class HeldOutSetTest {
  private static final int LENGTH = 100_000;
  private static final int DOCUMENT = 10_000;
  private static final int VOCABULARY = 12;

  /** Remembers where it was read, and has documents and bytes of uneven lengths. */
  private static final class Watched implements TokenSequence {
    private final BitSet positions = new BitSet();
    private long last;

    @Override
    public long length() {
      return LENGTH;
    }

    @Override
    public void read(long from, int[] ids, int offset, int count) {
      assertTrue(from >= last, "excerpts overlap: " + from + " was read before");
      last = from + count - 1;
      positions.set(Math.toIntExact(from), Math.toIntExact(from + count));
      for (int i = 0; i < count; i++) {
        ids[offset + i] = id(from + i);
      }
    }

    static int id(long position) {
      return (int) (position * position / 7 % VOCABULARY);
    }

    @Override
    public int document(long position) {
      return Math.toIntExact(position / DOCUMENT);
    }

    @Override
    public OptionalDouble bytes(long from, long to) {
      return OptionalDouble.of(bytesBefore(to) - bytesBefore(from));
    }

    /** The token at a position has position / 1000 bytes, rounded down. */
    private static double bytesBefore(long position) {
      long whole = position / 1000;
      return 1000.0 * whole * (whole - 1) / 2 + whole * (position % 1000);
    }
  }

  @Test
  void aSetReachesOverTheWholeTextHoweverSmallItIs() throws Exception {
    Watched text = new Watched();
    HeldOutSet set = set(text, 16 * 1024, 64);
    assertEquals(LENGTH - 1, text.last);
    assertEquals(LENGTH / DOCUMENT, set.facts().documents());
    assertEquals(16 * 1024, set.facts().tokens());
  }

  @Test
  void contextsThatDivideAnExcerptScoreTheSameTokens() throws Exception {
    Watched wanted = new Watched();
    assertEquals(32 * 1024, set(wanted, 32 * 1024, 8).facts().tokens());
    for (int context : new int[] {64, 1024}) {
      Watched text = new Watched();
      assertEquals(32 * 1024, set(text, 32 * 1024, context).facts().tokens());
      assertEquals(wanted.positions, text.positions);
    }
  }

  /** Three excerpts of four windows, taken five at a time, against one window at a time. */
  @Test
  void lossesAreThoseOfEveryWindowAlone() throws Exception {
    int context = 256;
    long[] starts = {0, (LENGTH - 1 - 1024) / 2, LENGTH - 1 - 1024};
    long[] seeds = {3, 4};
    Checkpoint.HeldOutLoss[] scored;
    try (Engine engine = new NaiveEngine(1);
        Cohort cohort =
            new Cohort(
                engine,
                Specs.GPT,
                Precision.FLOAT32,
                VOCABULARY,
                5,
                context,
                Optional.empty(),
                seeds)) {
      scored =
          set(new Watched(), 3 * 1024, context).score(cohort, 5, StopSignal.NEVER).orElseThrow();
    }
    for (int member = 0; member < seeds.length; member++) {
      Map<Integer, List<Double>> byDocument = new TreeMap<>();
      double[] byPosition = new double[context];
      double bytes = 0;
      try (Engine engine = new NaiveEngine(1);
          Cohort cohort =
              new Cohort(
                  engine,
                  Specs.GPT,
                  Precision.FLOAT32,
                  VOCABULARY,
                  1,
                  context,
                  Optional.empty(),
                  new long[] {seeds[member]})) {
        for (long start : starts) {
          for (long from = start; from < start + 1024; from += context) {
            int[] inputs = new int[context];
            int[] targets = new int[context];
            for (int t = 0; t < context; t++) {
              inputs[t] = Watched.id(from + t);
              targets[t] = Watched.id(from + t + 1);
            }
            cohort.forward(inputs, targets);
            double[] losses = cohort.losses()[0];
            for (int t = 0; t < context; t++) {
              int document = (int) ((from + t + 1) / DOCUMENT);
              byDocument.computeIfAbsent(document, _ -> new ArrayList<>()).add(losses[t]);
              byPosition[t] += losses[t] / 12;
              bytes += (from + t + 1) / 1000;
            }
          }
        }
      }
      double mean = 0;
      for (List<Double> losses : byDocument.values()) {
        mean += losses.stream().mapToDouble(loss -> loss).sum() / (3 * 1024);
      }
      double squares = 0;
      for (List<Double> losses : byDocument.values()) {
        double centre = mean;
        squares += Math.pow(losses.stream().mapToDouble(loss -> loss - centre).sum(), 2);
      }
      int documents = byDocument.size();
      assertTrue(documents > 3, "an excerpt should hold several documents");
      double standardError = Math.sqrt(documents / (documents - 1.0) * squares) / (3 * 1024);
      assertEquals(mean, scored[member].loss(), 1e-12);
      assertArrayEquals(
          byPosition,
          scored[member].byPosition().orElseThrow().stream().mapToDouble(loss -> loss).toArray(),
          1e-12);
      assertEquals(standardError, scored[member].standardError(), 1e-12);
      assertEquals(
          mean * 3 * 1024 / Math.log(2) / bytes, scored[member].bitsPerByte().getAsDouble(), 1e-12);
    }
  }

  /** Two windows of 1,023 tokens reach over 1,024, and 48 such excerpts fit. */
  @Test
  void excerptsAreWholeWindows() throws Exception {
    Watched text = new Watched();
    assertEquals(48 * 2 * 1023, set(text, LENGTH - 1, 1023).facts().tokens());
    assertEquals(LENGTH - 1, text.last);
  }

  /** 20 windows of 50 tokens, 8 masked in each; those alone count, and are no code for the text. */
  @Test
  void onlyMaskedTokensAreScored() throws Exception {
    HeldOutSet set = set(new Watched(), 1000, 50, Optional.of(new Masking(0.15)));
    assertEquals(20 * 8, set.facts().tokens());
    assertEquals(OptionalDouble.empty(), set.facts().bytesPerToken());
    Encoder encoder =
        new Encoder(
            1, 8, 2, Gpt.Position.LEARNED, Gpt.Norm.LAYER, Gpt.Activation.GELU, false, false, 0.15);
    Checkpoint.HeldOutLoss loss = score(set, encoder, 3);
    assertEquals(Math.log(VOCABULARY), loss.loss(), 0.05, "it has learned nothing yet");
    assertEquals(OptionalDouble.empty(), loss.bitsPerByte());
    HeldOutSet again = set(new Watched(), 1000, 50, Optional.of(new Masking(0.15)));
    assertEquals(
        loss.loss(), score(again, encoder, 7).loss(), 1e-12, "the same masks, whatever the batch");
  }

  private static Checkpoint.HeldOutLoss score(HeldOutSet set, KernelFamily family, int batch) {
    try (Engine engine = new NaiveEngine(1);
        Cohort cohort =
            new Cohort(
                engine,
                family,
                Precision.FLOAT32,
                VOCABULARY,
                batch,
                50,
                Optional.empty(),
                new long[] {1})) {
      return set.score(cohort, batch, StopSignal.NEVER).orElseThrow()[0];
    }
  }

  private static HeldOutSet set(TokenSequence text, long tokens, int context) throws Exception {
    return set(text, tokens, context, Optional.empty());
  }

  private static HeldOutSet set(
      TokenSequence text, long tokens, int context, Optional<Masking> masking) throws Exception {
    return new HeldOutSet(
        "watched",
        new HeldOut(tokens, Optional.empty(), Optional.of(true)),
        new SplitCorpus(VOCABULARY, text, text, "watched"),
        context,
        masking);
  }
}
