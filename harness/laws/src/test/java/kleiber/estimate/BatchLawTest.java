package kleiber.estimate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import kleiber.fit.Bootstrap;
import kleiber.fit.BootstrappedLaw;
import kleiber.fit.FittedLaw;
import kleiber.fit.LawFitter;
import kleiber.fit.LeastSquares;
import kleiber.laws.Observation;
import kleiber.laws.PowerLaw;
import kleiber.laws.Scale;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

class BatchLawTest {
  private static final BatchLaw LAW = new BatchLaw();

  /** N_c, αN, S_c, αS, B*, αB: the size of what Kaplan et al. 2020 print. */
  private static final double[] TRUTH = {6.5e13, 0.077, 2.1e3, 0.76, 2.1e8, 0.21};

  private static final LawFitter FITTER = new LawFitter(new LeastSquares());

  @Test
  void theLossSolvesTheEquation() {
    for (double batch : new double[] {1e3, 1e5, 1e9}) {
      for (double steps : new double[] {10, 1e4, 1e7}) {
        double loss = LAW.loss(BatchLaw.scale(1e7, steps, batch), TRUTH);
        double critical = BatchLaw.criticalBatch(loss, TRUTH);
        double least = steps / (1 + critical / batch);
        double right = Math.pow(TRUTH[0] / 1e7, TRUTH[1]) + Math.pow(TRUTH[2] / least, TRUTH[3]);
        assertEquals(right, loss, 1e-12 * loss);
      }
    }
  }

  @Test
  void gradientIsTheFiniteDifference() {
    double[] gradient = new double[TRUTH.length];
    for (double batch : new double[] {1e4, 1e6}) {
      Scale at = BatchLaw.scale(1e7, 2e4, batch);
      LAW.gradient(at, TRUTH, gradient);
      for (int j = 0; j < TRUTH.length; j++) {
        double step = 1e-5 * TRUTH[j];
        double[] up = TRUTH.clone();
        double[] down = TRUTH.clone();
        up[j] += step;
        down[j] -= step;
        double expected = (LAW.loss(at, up) - LAW.loss(at, down)) / (2 * step);
        assertEquals(expected, gradient[j], 1e-6 * Math.abs(expected) + 1e-15 / step);
      }
    }
  }

  /** At B_crit it takes twice the least steps and twice the least tokens. */
  @Test
  void theCriticalBatchDoublesBoth() {
    double loss = 3;
    double critical = BatchLaw.criticalBatch(loss, TRUTH);
    double ofSteps = loss - Math.pow(TRUTH[0] / 1e9, TRUTH[1]);
    double least = TRUTH[2] * Math.pow(ofSteps, -1 / TRUTH[3]);
    assertEquals(loss, LAW.loss(BatchLaw.scale(1e9, 2 * least, critical), TRUTH), 1e-9);
    double fewestTokens = least * critical;
    double tiny = critical / 1e6;
    assertEquals(loss, LAW.loss(BatchLaw.scale(1e9, fewestTokens / tiny, tiny), TRUTH), 1e-5);
  }

  @Test
  void aRowWithoutItsBatchIsRefused() {
    assertThrows(IllegalArgumentException.class, () -> LAW.loss(Scale.of(1e7, 1e9), TRUTH));
  }

  /** Fits small models at three batches; foretells the curve of a larger one at a fourth. */
  @Test
  void foretellsALargerModelAtABatchNeverUsed() {
    List<Observation> rows = rows(1e-6, new Random(1));
    FittedLaw fitted = FITTER.fit(LAW, rows);
    for (double steps : new double[] {1e3, 1e4, 1e5}) {
      Scale target = BatchLaw.scale(1e9, steps, 2.5e5);
      assertEquals(LAW.loss(target, TRUTH), fitted.loss(target), 1e-3, fitted.sentence());
    }
    assertEquals(
        1, BatchLaw.criticalBatch(3.5, fitted.theta()) / BatchLaw.criticalBatch(3.5, TRUTH), 1e-2);
  }

  @Tag("slow")
  @Test
  void intervalsOfTheCriticalBatchHoldTheTruth() {
    coverage(200, 40);
  }

  private static void coverage(int sets, int draws) {
    double loss = 3.5;
    Held held = new Held("B_crit at 3.5 nats");
    for (int set = 0; set < sets; set++) {
      List<Observation> rows = rows(0.003, new Random(set));
      BootstrappedLaw law = new Bootstrap(FITTER, draws, set).run(FITTER.fit(LAW, rows), rows);
      held.count(CriticalBatch.at(law, loss, 0.9), BatchLaw.criticalBatch(loss, TRUTH));
    }
    held.isAboutRight(0.05);
  }

  @Test
  void theCriticalBatchIsReadOffItsOwnLawOnly() {
    List<Observation> rows = rows(1e-3, new Random(1));
    BootstrappedLaw power =
        new Bootstrap(FITTER, 20, 1).run(FITTER.fit(new PowerLaw(), rows), rows);
    assertThrows(IllegalArgumentException.class, () -> CriticalBatch.at(power, 3, 0.9));
  }

  /** Three sizes at three batches, seven checkpoints each; every row a cluster of its own. */
  private static List<Observation> rows(double noise, Random random) {
    List<Observation> rows = new ArrayList<>();
    for (double params : new double[] {3e6, 1e7, 3e7, 1e8}) {
      for (double batch : new double[] {3e4, 1e5, 5e5}) {
        for (int k = 0; k < 7; k++) {
          Scale at = BatchLaw.scale(params, 500 * Math.pow(2.2, k), batch);
          double loss = LAW.loss(at, TRUTH) * Math.exp(noise * random.nextGaussian());
          String run = "run-" + rows.size();
          rows.add(new Observation(run, run, "made", 0, at, null, loss, Double.NaN));
        }
      }
    }
    return rows;
  }
}
