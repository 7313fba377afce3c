package kleiber.estimate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Best rates at each batch, and the best batch, on losses whose optima are known. */
class NestedHyperparameterLawTest {
  private static final double OF_PARAMS = -0.3;
  private static final double OF_TOKENS = -0.4;
  private static final double OF_BATCH = 0.8;
  private static final double BATCH_OF_TOKENS = 0.5;

  private static double rate(double n, double d, double b) {
    return 0.008
        * Math.pow(n / 2e4, OF_PARAMS)
        * Math.pow(d / 1.5e6, OF_TOKENS)
        * Math.pow(b / 1024, OF_BATCH);
  }

  private static double batch(double d) {
    return 1024 * Math.pow(d / 1.5e6, BATCH_OF_TOKENS);
  }

  /** Nine cells of three batches and six rates: a valley along rate ∝ batch^0.8. */
  private static List<HyperparameterLaw.Cell> cells(double bottom, double noise, Random random) {
    List<HyperparameterLaw.Cell> cells = new ArrayList<>();
    for (double n : new double[] {3e3, 2e4, 8e4}) {
      for (double d : new double[] {5e5, 1.5e6, 4.2e6}) {
        List<Trial> trials = new ArrayList<>();
        for (double b : new double[] {256, 512, 1024, 2048, 4096}) {
          for (double lr : new double[] {1e-3, 2e-3, 4e-3, 8e-3, 1.6e-2, 3.2e-2, 6.4e-2}) {
            double x = Math.log(lr / rate(n, d, b));
            double y = Math.log(b / batch(d));
            double relative = 0.05 * x * x + bottom * y * y + noise * random.nextGaussian();
            trials.add(new Trial(lr, b, 2 * Math.exp(relative)));
          }
        }
        cells.add(new HyperparameterLaw.Cell(n, d, trials));
      }
    }
    return cells;
  }

  @Test
  void exactLossesGiveTheLaw() {
    NestedHyperparameterLaw law =
        NestedHyperparameterLaw.fit(cells(0.02, 0, new Random(1)), 1e-6, 18, 0.9);
    assertEquals(OF_PARAMS, law.ofParams().value(), 1e-6);
    assertEquals(OF_TOKENS, law.ofTokens().value(), 1e-6);
    assertEquals(OF_BATCH, law.ofBatch().value(), 1e-6);
    assertEquals(1, law.rateAt(2e5, 1e7, 2048).value() / rate(2e5, 1e7, 2048), 1e-5);
    MovingMinimum batch = law.batch().orElseThrow();
    assertTrue(batch.isDetermined());
    assertEquals(BATCH_OF_TOKENS, batch.slopes().get(0).value(), 1e-6);
    assertEquals(1, law.batchAt(1.5e6).orElseThrow().value() / 1024, 1e-6);
    assertEquals(3 + 3 + 3, law.batchWays());
    assertEquals(
        9,
        law.variants().stream().filter(NestedHyperparameterLaw.Variant::determinesBatch).count());
    assertEquals(BATCH_OF_TOKENS, law.batchOfTokens().orElseThrow().value(), 1e-6);
    assertEquals(List.of(), law.flatWindows());
  }

  @Test
  void intervalsHoldTheTruth() {
    long seed = Long.getLong("kleiber.seed", 1);
    Random random = new Random(seed);
    int sets = 200;
    int[] held = new int[4];
    for (int set = 0; set < sets; set++) {
      NestedHyperparameterLaw law =
          NestedHyperparameterLaw.fit(cells(0.02, 0.007, random), 0.014, 1e6, 0.9);
      held[0] += law.ofParams().interval().holds(OF_PARAMS) ? 1 : 0;
      held[1] += law.ofTokens().interval().holds(OF_TOKENS) ? 1 : 0;
      held[2] += law.ofBatch().interval().holds(OF_BATCH) ? 1 : 0;
      held[3] +=
          law.batch().orElseThrow().slopes().get(0).interval().holds(BATCH_OF_TOKENS) ? 1 : 0;
    }
    String shares = "seed " + seed + ": " + held[0] + " " + held[1] + " " + held[2] + " " + held[3];
    for (int each : held) {
      assertTrue(each >= 0.84 * sets, shares + " of " + sets);
    }
    assertTrue(held[3] <= 0.97 * sets, shares + ": the interval that joins nothing is too wide");
  }

  @Test
  void aValleyWithALevelBottomHasNoBestBatch() {
    NestedHyperparameterLaw law =
        NestedHyperparameterLaw.fit(cells(0, 0.007, new Random(3)), 0.014, 18, 0.9);
    assertEquals(OF_BATCH, law.ofBatch().value(), 0.1);
    assertFalse(law.batch().orElseThrow().isDetermined());
    assertTrue(law.batchOfTokens().isEmpty());
    assertTrue(law.batchAt(1.5e6).isEmpty());
  }

  /** Lines whose batches say another exponent at one size widen the interval to it. */
  @Test
  void theBestBatchJoinsWhatOtherWaysGive() {
    List<HyperparameterLaw.Cell> cells = new ArrayList<>();
    for (HyperparameterLaw.Cell cell : cells(0.02, 0.002, new Random(5))) {
      double tilt = cell.params() > 5e4 ? 0.02 * Math.log(cell.tokens() / 1.5e6) : 0;
      cells.add(
          new HyperparameterLaw.Cell(
              cell.params(),
              cell.tokens(),
              cell.trials().stream()
                  .map(
                      trial ->
                          new Trial(
                              trial.learningRate(),
                              trial.batch(),
                              trial.loss() * Math.pow(trial.batch() / 1024, tilt)))
                  .toList()));
    }
    NestedHyperparameterLaw law = NestedHyperparameterLaw.fit(cells, 0.004, 18, 0.9);
    Estimate joined = law.batchOfTokens().orElseThrow();
    Estimate quoted = law.batch().orElseThrow().slopes().get(0);
    double without =
        law.variants().stream()
            .filter(variant -> variant.estimator().startsWith("without N = 8"))
            .mapToDouble(NestedHyperparameterLaw.Variant::batchOfTokens)
            .findFirst()
            .orElseThrow();
    assertFalse(quoted.interval().holds(without), quoted + " and " + without);
    assertTrue(joined.interval().holds(without), joined + " and " + without);
    assertEquals(quoted.value(), joined.value());
  }

  @Test
  void tooFewLinesAreRefused() {
    List<HyperparameterLaw.Cell> one = cells(0.02, 0, new Random(1)).subList(0, 1);
    IllegalArgumentException refusal =
        assertThrows(
            IllegalArgumentException.class, () -> NestedHyperparameterLaw.fit(one, 1e-3, 18, 0.9));
    assertTrue(refusal.getMessage().startsWith("5 lines of one model"), refusal.getMessage());
  }

  @Test
  void whatBecameOfALineIsTold() {
    assertEquals(Vertex.EDGE, line(1e-3, 3, 2.9, 2.85).vertex());
    assertEquals(Vertex.CONCAVE, line(1e-3, 2.9, 2.89, 2.8).vertex());
    assertEquals(Vertex.OPEN, line(0.1, 2.9, 2.89, 2.9).vertex());
    RateLine inside = line(1e-4, 2.9, 2.89, 2.9);
    assertEquals(Vertex.INSIDE, inside.vertex());
    assertEquals(2e-3, inside.learningRate(), 1e-9);
    assertEquals(2.89, inside.floor(), 1e-9);
    assertEquals(2.9, inside.loss(4e-3), 1e-9);
    assertEquals(List.of(), RateLine.of(cell(2.9, 2.89), 0.05, 1, 18, 0.9));
  }

  private static RateLine line(double noise, double... losses) {
    return RateLine.of(cell(losses), 0.05, noise, 18, 0.9).get(0);
  }

  /** One batch, rates two apart from 1e-3. */
  private static HyperparameterLaw.Cell cell(double... losses) {
    List<Trial> trials = new ArrayList<>();
    for (int i = 0; i < losses.length; i++) {
      trials.add(new Trial(1e-3 * (1 << i), 64, losses[i]));
    }
    return new HyperparameterLaw.Cell(1e4, 1e6, trials);
  }
}
