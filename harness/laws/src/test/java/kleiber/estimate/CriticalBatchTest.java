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
import kleiber.laws.StepsAndBatch;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Training curves at several batch sizes, and the critical batch that they tell. */
class CriticalBatchTest {
  private static final StepsAndBatch LAW = new StepsAndBatch();

  /** N_c, αN, S_c, αS, B*, αB: the size of what Kaplan et al. 2020 print. */
  private static final double[] TRUTH = {6.5e13, 0.077, 2.1e3, 0.76, 2.1e8, 0.21};

  private static final LawFitter FITTER = new LawFitter(new LeastSquares());

  private static double critical(double loss) {
    return TRUTH[4] * Math.pow(loss, -1 / TRUTH[5]);
  }

  /** At B_crit it takes twice the fewest steps and twice the fewest tokens. */
  @Test
  void theCriticalBatchDoublesBoth() {
    double loss = 3;
    double ofSteps = loss - Math.pow(TRUTH[0] / 1e9, TRUTH[1]);
    double fewest = TRUTH[2] * Math.pow(ofSteps, -1 / TRUTH[3]);
    Scale twice = CriticalBatch.scale(1e9, 2 * fewest, critical(loss));
    assertEquals(loss, LAW.loss(twice, TRUTH), 1e-9);
    double tiny = critical(loss) / 1e6;
    Scale fewestTokens = CriticalBatch.scale(1e9, fewest * critical(loss) / tiny, tiny);
    assertEquals(loss, LAW.loss(fewestTokens, TRUTH), 1e-5);
  }

  /** Fits small models at three batches; foretells the curve of a larger one at a fourth. */
  @Test
  void foretellsALargerModelAtABatchNeverUsed() {
    List<Observation> rows = rows(1e-6, new Random(1));
    FittedLaw fitted = FITTER.fit(LAW, rows);
    for (double steps : new double[] {1e3, 1e4, 1e5}) {
      Scale target = CriticalBatch.scale(1e9, steps, 2.5e5);
      assertEquals(LAW.loss(target, TRUTH), fitted.loss(target), 1e-3, fitted.sentence());
    }
    double[] theta = fitted.theta();
    assertEquals(1, theta[4] * Math.pow(3.5, -1 / theta[5]) / critical(3.5), 1e-2);
  }

  @Tag("slow")
  @Test
  void intervalsHoldTheTruth() {
    Held held = new Held("B_crit at 3.5 nats");
    for (int set = 0; set < 40; set++) {
      List<Observation> rows = rows(0.003, new Random(set));
      BootstrappedLaw law = new Bootstrap(FITTER, 20, set).run(FITTER.fit(LAW, rows), rows);
      held.count(CriticalBatch.at(law, 3.5, 0.9), critical(3.5));
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

  /** Four sizes at three batches, seven checkpoints each; every row a cluster of its own. */
  private static List<Observation> rows(double noise, Random random) {
    List<Observation> rows = new ArrayList<>();
    for (double params : new double[] {3e6, 1e7, 3e7, 1e8}) {
      for (double batch : new double[] {3e4, 1e5, 5e5}) {
        for (int k = 0; k < 7; k++) {
          Scale at = CriticalBatch.scale(params, 500 * Math.pow(2.2, k), batch);
          double loss = LAW.loss(at, TRUTH) * Math.exp(noise * random.nextGaussian());
          String run = "run-" + rows.size();
          rows.add(new Observation(run, run, "made", 0, at, null, loss, Double.NaN));
        }
      }
    }
    return rows;
  }
}
