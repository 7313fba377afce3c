package kleiber.data;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicNode;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/** What every corpus with an oracle promises. */
class OracleContractTest {
  private static final int WINDOWS = 300;

  @TempDir private Path cache;

  @TestFactory
  Stream<DynamicNode> everyOracleIsExact()
      throws IOException, URISyntaxException, ReflectiveOperationException {
    List<OracleFixture> fixtures = new ArrayList<>();
    for (Class<?> type : CorpusContractTest.implementations(Corpus.class)) {
      if (CorpusContractTest.fixture(type) instanceof OracleFixture fixture) {
        fixtures.add(fixture);
      } else {
        assertFalse(DrawnCorpus.class.isAssignableFrom(type), type + " needs an OracleFixture");
      }
    }
    assertTrue(fixtures.size() > 5, "the search for corpora is broken");
    return fixtures.stream()
        .map(
            fixture ->
                DynamicTest.dynamicTest(fixture.getClass().getSimpleName(), () -> check(fixture)));
  }

  private void check(OracleFixture fixture) throws IOException {
    Corpus corpus = fixture.make();
    SplitCorpus split = corpus.open(cache);
    Oracle oracle = corpus.oracle().orElseThrow();
    int period = split.heldOut().period();
    double surplus = 0;
    double variance = 0;
    long windows = Math.min(WINDOWS, split.heldOut().length() / period - 1);
    for (int w = 0; w < windows; w++) {
      int[] ids = new int[2 * period];
      split.heldOut().read((long) w * period, ids, 0, ids.length);
      double[] losses = oracle.losses(ids);
      if (w < 5) {
        sameAsBruteForce(fixture, ids, losses);
      }
      int t = w % ids.length;
      double[] next = distribution(oracle, ids, t, split.vocabulary());
      assertEquals(1, Arrays.stream(next).sum(), 1e-9, "probabilities at " + t);
      assertEquals(losses[t], -Math.log(next[ids[t]]), 1e-9, "what comes later matters");
      double entropy = Arrays.stream(next).filter(p -> p > 0).map(p -> -p * Math.log(p)).sum();
      double square =
          Arrays.stream(next).filter(p -> p > 0).map(p -> p * Math.pow(Math.log(p), 2)).sum();
      surplus += losses[t] - entropy;
      variance += square - entropy * entropy;
    }
    // Documents are independent: the sum of what each token costs above its expectation is normal.
    assertTrue(
        Math.abs(surplus) < 4 * Math.sqrt(variance) + 1e-9,
        "the tokens drawn cost %.4g nats more than their distribution, ± %.4g"
            .formatted(surplus, Math.sqrt(variance)));
    assertTrue(variance > 0, "nothing was uncertain");
  }

  private static void sameAsBruteForce(OracleFixture fixture, int[] ids, double[] losses) {
    double before = 1;
    for (int t = 0; t < Math.min(OracleFixture.LENGTH, ids.length); t++) {
      double probability = fixture.probability(Arrays.copyOf(ids, t + 1));
      assertEquals(-Math.log(probability / before), losses[t], 1e-6, "loss at " + t);
      before = probability;
    }
  }

  /** p(v | ids[0 … t−1]) of every token v. */
  private static double[] distribution(Oracle oracle, int[] ids, int t, int vocabulary) {
    int[] text = Arrays.copyOf(ids, t + 1);
    double[] p = new double[vocabulary];
    for (int v = 0; v < vocabulary; v++) {
      text[t] = v;
      p[v] = Math.exp(-oracle.losses(text)[t]);
    }
    return p;
  }
}
