package kleiber.estimate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import kleiber.fit.LawFitter;
import kleiber.fit.LeastSquares;
import kleiber.laws.LearningRates;
import kleiber.laws.MultiPower;
import kleiber.laws.Observation;
import kleiber.laws.Scale;
import kleiber.laws.Trajectory;
import org.junit.jupiter.api.Test;

/** The multi-power law finds its own curves again, and the curve of another schedule. */
class TrajectoryFitterTest {
  private static final long SEED = 5;
  private static final double PEAK = 3e-4;
  private static final MultiPower LAW = new MultiPower();

  private static LearningRates schedule(double total, double decayFrom, double last) {
    double[] steps = {200, decayFrom, total};
    double[] rates = {PEAK, PEAK, last * PEAK};
    return LearningRates.through(steps, rates);
  }

  private static List<Observation> curve(
      String run, LearningRates rates, double total, Random random) {
    List<Observation> rows = new ArrayList<>();
    for (double step = total / 12; step <= total; step += total / 12) {
      LearningRates until = rates.until(Math.min(step, total));
      double loss = LAW.loss(until, LAW.typical()) * Math.exp(5e-4 * random.nextGaussian());
      Trajectory schedule = new Trajectory("made", PEAK, 0, 0, 1, Optional.of(until));
      Scale at = new Scale(1, 1, 1, Map.of());
      rows.add(new Observation(run, run, null, (long) step, at, schedule, loss, Double.NaN));
    }
    return rows;
  }

  @Test
  void foretellsAnotherSchedule() {
    Random random = new Random(SEED);
    List<Observation> rows = new ArrayList<>();
    rows.addAll(curve("flat", schedule(6000, 5999, 1), 6000, random));
    rows.addAll(curve("late", schedule(6000, 4000, 0.1), 6000, random));
    rows.addAll(curve("early", schedule(6000, 1000, 0.3), 6000, random));
    TrajectoryFitter.Fitted fitted =
        new TrajectoryFitter(new LawFitter(new LeastSquares())).fit(LAW, rows);
    double atTruth = 0;
    for (Observation row : rows) {
      LearningRates history = row.schedule().history().orElseThrow();
      double residual = Math.log(LAW.loss(history, LAW.typical()) / row.loss());
      atTruth += residual * residual / 2;
    }
    assertTrue(fitted.fit().cost() <= atTruth, fitted.fit().cost() + " > " + atTruth);
    LearningRates other = schedule(9000, 6000, 0.05);
    double expected = LAW.loss(other, LAW.typical());
    assertEquals(expected, fitted.loss(other), 0.005 * expected, "seed " + SEED);
  }

  @Test
  void rowsWithoutLearningRatesAreRefused() {
    Observation row = new Observation("r", "r", null, 1, Scale.of(1, 1), null, 3, Double.NaN);
    TrajectoryFitter fitter = new TrajectoryFitter(new LawFitter(new LeastSquares()));
    assertThrows(IllegalArgumentException.class, () -> fitter.fit(LAW, List.of(row)));
  }
}
