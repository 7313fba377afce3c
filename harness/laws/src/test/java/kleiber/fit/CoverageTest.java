package kleiber.fit;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Random;
import java.util.logging.Logger;
import kleiber.laws.Chinchilla;
import kleiber.laws.MadeLosses;
import kleiber.laws.Observation;
import kleiber.laws.Scale;
import org.apache.commons.math3.distribution.BinomialDistribution;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A 90 % interval must hold the loss of a new run about 90 % of the time: twenty runs, five
 * parameters, prediction far beyond the grid.
 */
class CoverageTest {
  private static final double[] TRUTH = {0.9, 60, 0.4, 141, 0.35};
  private static final double CONFIDENCE = 0.9;
  private static final long SEED = 90;

  /** What the interval may be wrong by itself, small samples being what they are. */
  private static final double ALLOWANCE = 0.025;

  /** Chance that a right interval fails the test. */
  private static final double FALSE_ALARM = 1e-3;

  /** Compute of the new run, in units of the largest run that was fitted. */
  private static final double[] TIMES = {8, 30};

  @Test
  void holdsTheLossOfANewRun() {
    measure(new Huber(1e-3), 0.005, 100, 60);
  }

  @Tag("slow")
  @ParameterizedTest
  @ValueSource(doubles = {0.003, 0.01})
  void holdsTheLossOfANewRunInAThousandSets(double noise) {
    measure(new Huber(1e-3), noise, 1000, 100);
    measure(new LeastSquares(), noise, 1000, 100);
  }

  private static void measure(Objective objective, double noise, int sets, int draws) {
    Chinchilla law = new Chinchilla();
    LawFitter fitter = new LawFitter(objective);
    int[] held = new int[TIMES.length];
    double[] width = new double[TIMES.length];
    for (int set = 0; set < sets; set++) {
      Random random = new Random(SEED + set);
      List<Observation> rows = MadeLosses.grid(law, TRUTH, noise, random);
      BootstrappedLaw bootstrapped =
          new Bootstrap(fitter, draws, set).run(fitter.fit(law, rows), rows);
      for (int i = 0; i < TIMES.length; i++) {
        Scale target = MadeLosses.beyond(TIMES[i]);
        double measured = MadeLosses.measured("new", law, TRUTH, target, noise, random).loss();
        Interval interval = bootstrapped.prediction(target, CONFIDENCE);
        held[i] += interval.holds(measured) ? 1 : 0;
        width[i] += (interval.high() / interval.low() - 1) / sets;
      }
    }
    int fewest =
        new BinomialDistribution(sets, CONFIDENCE - ALLOWANCE)
            .inverseCumulativeProbability(FALSE_ALARM / 2);
    int most =
        new BinomialDistribution(sets, CONFIDENCE + ALLOWANCE)
            .inverseCumulativeProbability(1 - FALSE_ALARM / 2);
    for (int i = 0; i < TIMES.length; i++) {
      String found =
          String.format(
              "%s, noise %s, %sx: %d of %d held (%d to %d expected), mean width %.2f %%, seed %d",
              objective.describe(),
              noise,
              TIMES[i],
              held[i],
              sets,
              fewest,
              most,
              100 * width[i],
              SEED);
      Logger.getLogger("coverage").info(found);
      assertTrue(held[i] >= fewest && held[i] <= most, found);
    }
  }
}
