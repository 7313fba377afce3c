package kleiber.fit;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ForkJoinPool;
import kleiber.laws.Chinchilla;
import kleiber.laws.Law;
import kleiber.laws.MadeLosses;
import kleiber.laws.Observation;
import org.apache.commons.math3.distribution.NormalDistribution;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class BootstrapTest {
  private static final double[] TRUTH = {0.9, 60, 0.4, 141, 0.35};
  private final Law law = new Chinchilla();
  private final LawFitter fitter = new LawFitter(new Huber(1e-3));
  private final List<Observation> rows = MadeLosses.grid(law, TRUTH, 5e-3, new Random(3));
  private final FittedLaw fitted = fitter.fit(law, rows);

  @ParameterizedTest
  @EnumSource(names = {"RESIDUALS", "CLUSTERS"})
  void dependsOnTheSeedAndNotOnThreads(Bootstrap.Resampling resampling)
      throws ExecutionException, InterruptedException {
    List<Observation> rows =
        resampling == Bootstrap.Resampling.RESIDUALS ? this.rows : threeSeedsOfEveryRun();
    FittedLaw fitted = fitter.fit(law, rows);
    Bootstrap bootstrap = new Bootstrap(fitter, 60, 11);
    assertEquals(resampling, bootstrap.run(fitted, rows).resampling());
    double[][] many = bootstrap.run(fitted, rows).thetas();
    ForkJoinPool one = new ForkJoinPool(1);
    try {
      assertArrayEquals(many, one.submit(() -> bootstrap.run(fitted, rows).thetas()).get());
    } finally {
      one.shutdown();
    }
    double[][] other = new Bootstrap(fitter, 60, 12).run(fitted, rows).thetas();
    assertFalse(Arrays.deepEquals(many, other));
  }

  /** Ways of drawing that suppose the same must agree about the spread. */
  @Test
  void waysOfDrawingAgreeOnEvenNoise() {
    List<Observation> rows = threeSeedsOfEveryRun();
    FittedLaw fitted = fitter.fit(law, rows);
    Bootstrap bootstrap = new Bootstrap(fitter, 400, 3);
    double parametric = width(bootstrap.run(fitted, rows, Bootstrap.Resampling.PARAMETRIC));
    for (Bootstrap.Resampling resampling : Bootstrap.Resampling.values()) {
      double ratio = width(bootstrap.run(fitted, rows, resampling)) / parametric;
      assertTrue(ratio > 0.7 && ratio < 1.4, resampling + ": " + ratio);
    }
  }

  @Test
  void cellsNeedSeeds() {
    String sentence =
        assertThrows(
                IllegalArgumentException.class,
                () -> new Bootstrap(fitter, 50, 1).run(fitted, rows, Bootstrap.Resampling.CELLS))
            .getMessage();
    assertTrue(sentence.contains("run several seeds"), sentence);
  }

  /** Of a symmetric spread both intervals are one; of a skewed one BCa's follows the skewness. */
  @Test
  void biasIsCorrected() {
    BootstrappedLaw bootstrapped = new Bootstrap(fitter, 1000, 1).run(fitted, rows);
    double[][] jackknife = Influence.jackknife(fitter, fitted, rows);
    for (int j = 0; j < TRUTH.length; j++) {
      Interval plain = bootstrapped.parameter(j, 0.9);
      Interval corrected = bootstrapped.biasCorrected(j, jackknife, 0.9);
      assertTrue(corrected.holds(fitted.theta()[j]), corrected.toString());
      assertTrue(corrected.low() < plain.high() && corrected.high() > plain.low());
    }
  }

  /** The sampling error of the held-out text moves all losses together: once, whatever the runs. */
  @Test
  void heldOutErrorEntersOnce() {
    List<Observation> sampled =
        rows.stream().map(row -> MadeLosses.withStandardError(row, 0.2)).toList();
    Interval runs = new Bootstrap(fitter, 200, 1).run(fitted, rows).parameter(0, 0.9);
    Interval text =
        new Bootstrap(fitter, 200, 1).run(fitter.fit(law, sampled), sampled).beyondHeldOut(0, 0.9);
    assertTrue(text.high() - text.low() > 2 * 1.645 * 0.2, text.toString());
    assertTrue(text.high() - text.low() > runs.high() - runs.low());
    assertEquals(
        new Bootstrap(fitter, 200, 1).run(fitted, rows).beyondHeldOut(0, 0.9).high(),
        runs.high(),
        1e-9);
  }

  private List<Observation> threeSeedsOfEveryRun() {
    List<Observation> all = new ArrayList<>();
    for (int seed = 0; seed < 3; seed++) {
      for (Observation row : MadeLosses.grid(law, TRUTH, 5e-3, new Random(seed))) {
        String run = row.run() + "-seed-" + seed;
        all.add(new Observation(run, run, "made", 0, row.at(), null, row.loss(), Double.NaN));
      }
    }
    return all;
  }

  /** Rows that repeat what their run said already must not look like more runs. */
  @Test
  void rowsOfOneClusterAreNoNewEvidence() {
    List<Observation> thrice = new ArrayList<>();
    for (Observation row : rows) {
      thrice.addAll(List.of(row, row, row));
    }
    double once = width(new Bootstrap(fitter, 300, 1).run(fitted, rows));
    double copied = width(new Bootstrap(fitter, 300, 1).run(fitter.fit(law, thrice), thrice));
    assertEquals(1, copied / once, 1e-3);
  }

  @Test
  void intervalsGrowWithConfidenceAndDistance() {
    BootstrappedLaw bootstrapped = new Bootstrap(fitter, 200, 1).run(fitted, rows);
    Interval near = bootstrapped.prediction(MadeLosses.beyond(1), 0.9);
    Interval far = bootstrapped.prediction(MadeLosses.beyond(100), 0.9);
    Interval sure = bootstrapped.prediction(MadeLosses.beyond(1), 0.99);
    assertTrue(far.high() / far.low() > near.high() / near.low());
    assertTrue(sure.low() < near.low() && sure.high() > near.high());
    assertTrue(near.holds(fitted.loss(MadeLosses.beyond(1))));
    double noiseAlone = 2 * 1.645 * bootstrapped.noise();
    assertTrue(Math.log(near.high() / near.low()) > noiseAlone);
    for (int j = 0; j < TRUTH.length; j++) {
      assertTrue(bootstrapped.parameter(j, 0.9).holds(fitted.theta()[j]));
    }
  }

  @Test
  void lossesWithoutNoiseHaveNarrowIntervals() {
    List<Observation> exact = MadeLosses.grid(law, TRUTH, 0, new Random(3));
    Interval interval =
        new Bootstrap(fitter, 50, 1)
            .run(fitter.fit(law, exact), exact)
            .prediction(MadeLosses.beyond(8), 0.9);
    assertEquals(law.loss(MadeLosses.beyond(8), TRUTH), interval.low(), 1e-4);
    assertEquals(interval.low(), interval.high(), 1e-4);
  }

  /** Against the exact distribution function, halved down. */
  @Test
  void quantilesOfShiftsWithNoise() {
    Random random = new Random(6);
    double[] shifts = random.doubles(300).map(x -> 0.01 * x * x).sorted().toArray();
    NormalDistribution normal = new NormalDistribution();
    for (double noise : new double[] {1e-5, 1e-3, 0.1}) {
      for (double probability : new double[] {0.005, 0.05, 0.5, 0.95}) {
        double low = -1;
        double high = 1;
        for (int halving = 0; halving < 60; halving++) {
          double middle = (low + high) / 2;
          double share =
              Arrays.stream(shifts)
                  .map(shift -> normal.cumulativeProbability((middle - shift) / noise))
                  .average()
                  .orElseThrow();
          low = share < probability ? middle : low;
          high = share < probability ? high : middle;
        }
        double found = BootstrappedLaw.quantile(shifts, noise, probability);
        assertEquals(low, found, 1e-6 * noise, noise + ", " + probability);
      }
    }
    double[] few = {1, 2, 3, 4, 5, 6, 7, 8, 9};
    assertEquals(5, BootstrappedLaw.quantile(few, 0, 0.5));
    assertEquals(1, BootstrappedLaw.quantile(few, 0, 0.1), 1e-12, "the first of nine");
    assertEquals(9, BootstrappedLaw.quantile(few, 0, 0.99), "no further than the last");
  }

  private static double width(BootstrappedLaw bootstrapped) {
    Interval interval = bootstrapped.prediction(MadeLosses.beyond(8), 0.9);
    return Math.log(interval.high() / interval.low());
  }
}
