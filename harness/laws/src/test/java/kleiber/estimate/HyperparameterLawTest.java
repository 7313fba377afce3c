package kleiber.estimate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Bowls over learning rate and batch, and the law through their optima. */
class HyperparameterLawTest {
  /** Exponents of lr* over N and D, and of B* over D. */
  private static final double[] TRUTH = {-0.7, 0.25, 0.55};

  @Test
  void aBowlFindsTheOptimumOfExactLosses() {
    Bowl bowl = Bowl.fit(cell(1e8, 1e10, 0, new Random(1)).trials(), 0.05);
    assertEquals(Vertex.INSIDE, bowl.vertex());
    assertEquals(1, bowl.learningRate() / learningRate(1e8, 1e10), 1e-6);
    assertEquals(1, bowl.batch() / batch(1e10), 1e-6);
    assertEquals(2.5, bowl.loss(), 1e-9);
  }

  @Test
  void optimaThatMeanNothingAreNamed() {
    List<Trial> saddle = new ArrayList<>();
    List<Trial> slope = new ArrayList<>();
    for (int i = -2; i <= 2; i++) {
      for (int j = -2; j <= 2; j++) {
        saddle.add(new Trial(Math.exp(i), Math.exp(j), 3 + 0.01 * (i * i - j * j)));
        double x = i - 4;
        slope.add(new Trial(Math.exp(i), Math.exp(j), 3 + 0.01 * (x * x + j * j)));
      }
    }
    assertEquals(Vertex.CONCAVE, Bowl.fit(saddle, 1).vertex());
    assertEquals(Vertex.EDGE, Bowl.fit(slope, 1).vertex());
    assertEquals(Vertex.OPEN, Bowl.fit(slope.subList(0, 6), 1).vertex());
    assertThrows(IllegalArgumentException.class, () -> Bowl.fit(List.of(), 1));
    assertThrows(IllegalArgumentException.class, () -> new Trial(1, -1, 3));
  }

  @Test
  void theLawIsRecovered() {
    HyperparameterLaw law = HyperparameterLaw.fit(cells(0, new Random(1)), 20, 1, 0.9);
    assertEquals(TRUTH[0], law.learningRateOfParams().value(), 1e-6);
    assertEquals(TRUTH[1], law.learningRateOfTokens().value(), 1e-6);
    assertEquals(TRUTH[2], law.batchOfTokens().value(), 1e-6);
    assertEquals(1, law.learningRate().at(7e9, 1e12) / learningRate(7e9, 1e12), 1e-4);
    assertEquals("lowest loss", law.variants().get(law.variants().size() - 1).estimator());
    for (var variant : law.variants()) {
      double found = variant.batch().exponent(0);
      assertTrue(law.batchOfTokens().interval().holds(found), variant.estimator());
    }
  }

  @Test
  void tooFewCellsAreRefused() {
    List<HyperparameterLaw.Cell> four = cells(0, new Random(1)).subList(0, 4);
    IllegalArgumentException refusal =
        assertThrows(IllegalArgumentException.class, () -> HyperparameterLaw.fit(four, 20, 1, 0.9));
    assertTrue(refusal.getMessage().startsWith("4 of 4 cells"), refusal.getMessage());
  }

  @Test
  void intervalsHoldTheTruth() {
    coverage(200, 40);
  }

  @Tag("slow")
  @Test
  void intervalsHoldTheTruthInAThousandSets() {
    coverage(1000, 100);
  }

  /** Joined with every other window they are wide: no narrower than they say. */
  private static void coverage(int sets, int draws) {
    Held params = new Held("lr* over N");
    Held tokens = new Held("lr* over D");
    Held batch = new Held("B* over D");
    for (int set = 0; set < sets; set++) {
      HyperparameterLaw law = HyperparameterLaw.fit(cells(0.003, new Random(set)), draws, set, 0.9);
      params.count(law.learningRateOfParams(), TRUTH[0]);
      tokens.count(law.learningRateOfTokens(), TRUTH[1]);
      batch.count(law.batchOfTokens(), TRUTH[2]);
    }
    params.isBetween(0.9, 1);
    tokens.isBetween(0.9, 1);
    batch.isBetween(0.9, 1);
  }

  private static List<HyperparameterLaw.Cell> cells(double noise, Random random) {
    List<HyperparameterLaw.Cell> cells = new ArrayList<>();
    for (double params : new double[] {1e8, 3e8, 1e9}) {
      for (double tokens : new double[] {3e9, 1e10, 3e10, 1e11}) {
        cells.add(cell(params, tokens, noise, random));
      }
    }
    return cells;
  }

  /** A grid of 10 by 10 around the truth, whose losses are a bowl. */
  private static HyperparameterLaw.Cell cell(
      double params, double tokens, double noise, Random random) {
    List<Trial> trials = new ArrayList<>();
    double shift = random.nextDouble() - 0.5;
    for (int i = 0; i < 10; i++) {
      for (int j = 0; j < 10; j++) {
        double x = (i - 4.5 + shift) * Math.log(1.6);
        double y = (j - 4.5 + shift) * Math.log(1.6);
        double loss = 2.5 + 0.02 * x * x - 0.015 * x * y + 0.02 * y * y;
        trials.add(
            new Trial(
                learningRate(params, tokens) * Math.exp(x),
                batch(tokens) * Math.exp(y),
                loss + noise * random.nextGaussian()));
      }
    }
    return new HyperparameterLaw.Cell(params, tokens, trials);
  }

  private static double learningRate(double params, double tokens) {
    return 1.8 * Math.pow(params, TRUTH[0]) * Math.pow(tokens, TRUTH[1]);
  }

  private static double batch(double tokens) {
    return 0.6 * Math.pow(tokens, TRUTH[2]);
  }
}
