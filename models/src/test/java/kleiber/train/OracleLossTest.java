package kleiber.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import kleiber.data.Copying;
import kleiber.data.Corpus;
import kleiber.data.CorpusException;
import kleiber.data.Draw;
import kleiber.data.HiddenMarkov;
import kleiber.data.Induction;
import kleiber.data.Salted;
import kleiber.data.ZipfSkills;
import org.junit.jupiter.api.Test;

class OracleLossTest {
  private static final String SET = "validation";
  private static final int TOKENS = 1 << 16;

  private OracleLoss oracle(Corpus corpus, int context, long tokens) throws IOException {
    TrainingSpec spec =
        new TrainingSpec(
            Specs.GPT,
            corpus,
            context,
            1,
            context,
            false,
            Specs.ADAMW,
            new Constant(0),
            new CheckpointPlan(1, 2),
            Map.of(SET, new HeldOut(tokens, Optional.empty())),
            1);
    return OracleLoss.of(spec, SET).orElseThrow();
  }

  private static Draw draw(int document) {
    return new Draw(document, 1 << 20, 1 << 17, 7);
  }

  @Test
  void moreOfThePastIsWorthMore() throws IOException {
    HiddenMarkov corpus = new HiddenMarkov(16, 4, 4, 2, draw(32));
    OracleLoss loss = oracle(corpus, 32, TOKENS);
    double early = loss.byPosition()[0];
    double late =
        IntStream.range(16, 31).mapToDouble(t -> loss.byPosition()[t]).average().orElse(9);
    assertTrue(late < early - 0.02, early + " → " + late);
    // The next document's first token: nothing is known of it.
    assertTrue(loss.byPosition()[31] > late + 0.02);
  }

  @Test
  void inductionPaysForEachKeyOnce() throws IOException {
    int pairs = 16;
    OracleLoss loss = oracle(new Induction(8, 8, draw(2 * pairs)), 2 * pairs, TOKENS);
    double fresh = IntStream.range(0, pairs).mapToDouble(i -> Math.pow(7 / 8.0, i)).sum();
    double expected = (pairs + fresh) * Math.log(8) / (2 * pairs);
    assertEquals(expected, loss.mean(), 0.01);
  }

  @Test
  void aCopyIsFreeOnceItsLengthIsKnown() throws IOException {
    OracleLoss loss = oracle(new Copying(64, 8, 8, draw(32)), 32, TOKENS);
    assertEquals(Math.log(64), loss.byPosition()[3], 1e-12);
    assertEquals(0, loss.byPosition()[20], 1e-12);
    assertEquals(8 * Math.log(64) / 32, loss.mean(), 1e-12);
  }

  @Test
  void whoKnowsAllFactsPaysForTheirKeysAlone() throws IOException {
    ZipfSkills corpus = new ZipfSkills(64, 1.1, 4, 16, draw(32));
    assertEquals(corpus.idealLoss(0), oracle(corpus, 32, 2 * TOKENS - 64).mean(), 0.01);
  }

  @Test
  void saltAddsWhatItCosts() throws IOException {
    int every = 3;
    int plainContext = 24;
    Corpus plain = new HiddenMarkov(4, 8, 2, 2, draw(plainContext));
    // As many documents, so the same ones are scored.
    long documents = 5000;
    OracleLoss alone = oracle(plain, plainContext, documents * plainContext);
    OracleLoss salted =
        oracle(new Salted(plain, every, 10, 1), plainContext / every * 4, documents * 32);
    double expected = (every * alone.mean() + Math.log(10)) / (every + 1);
    assertEquals(expected, salted.mean(), 0.02);
    assertEquals(Math.log(10), salted.byPosition()[2], 1e-12);
  }

  @Test
  void windowsBeginWhereDocumentsDo() {
    CorpusException refused =
        assertThrows(
            CorpusException.class, () -> oracle(new Induction(8, 8, draw(32)), 48, TOKENS));
    assertTrue(refused.getMessage().contains("every 32 tokens"), refused.getMessage());
  }
}
