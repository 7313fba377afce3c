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
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

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

  @ParameterizedTest
  @CsvSource({"0.003, 8", "0.01, 30"})
  void holdsTheLossOfANewRun(double noise, double times) {
    measure(new Huber(1e-3), noise, times, 100, 60);
  }

  @Tag("slow")
  @ParameterizedTest
  @CsvSource({
    "0.003, 8",
    "0.003, 30",
    "0.01, 8",
    "0.01, 30",
  })
  void holdsTheLossOfANewRunInAThousandSets(double noise, double times) {
    measure(new Huber(1e-3), noise, times, 1000, 100);
    measure(new LeastSquares(), noise, times, 1000, 100);
  }

  private static void measure(
      Objective objective, double noise, double times, int sets, int draws) {
    Chinchilla law = new Chinchilla();
    LawFitter fitter = new LawFitter(objective);
    Scale target = MadeLosses.beyond(times);
    int held = 0;
    double width = 0;
    for (int set = 0; set < sets; set++) {
      Random random = new Random(SEED + set);
      List<Observation> rows = MadeLosses.grid(law, TRUTH, noise, random);
      double measured = MadeLosses.measured("new", law, TRUTH, target, noise, random).loss();
      Interval interval =
          new Bootstrap(fitter, draws, set)
              .run(fitter.fit(law, rows), rows)
              .prediction(target, CONFIDENCE);
      held += interval.holds(measured) ? 1 : 0;
      width += (interval.high() / interval.low() - 1) / sets;
    }
    int fewest =
        new BinomialDistribution(sets, CONFIDENCE - ALLOWANCE)
            .inverseCumulativeProbability(FALSE_ALARM / 2);
    int most =
        new BinomialDistribution(sets, Math.min(1, CONFIDENCE + ALLOWANCE))
            .inverseCumulativeProbability(1 - FALSE_ALARM / 2);
    String found =
        String.format(
            "%s, noise %s, %sx: %d of %d held (%d to %d expected), mean width %.2f %%, seed %d",
            objective.describe(), noise, times, held, sets, fewest, most, 100 * width, SEED);
    Logger.getLogger("coverage").info(found);
    assertTrue(held >= fewest && held <= most, found);
  }
}
