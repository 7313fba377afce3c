package kleiber.laws;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

/** The annealing law by short pieces against its double sum over every single step. */
class LearningRateAnnealingTest {
  private static final LearningRateAnnealing LAW = new LearningRateAnnealing();
  private static final double[] THETA = {2.6, 0.4, 0.5, 40, 300};
  private static final int STEPS = 2000;

  /** Warm-up over 200 steps, the peak to step 1000, a straight line to a tenth. */
  private static double rate(int step) {
    return 3e-4 * Math.min(step / 200.0, Math.min(1, 1 - 0.9 * (step - 1000) / 1000.0));
  }

  private static LearningRates history() {
    return LearningRates.through(
        new double[] {200, 1000, STEPS}, new double[] {rate(200), rate(1000), rate(STEPS)});
  }

  @Test
  void piecesGiveTheDoubleSum() {
    for (int t : new int[] {900, 1200, STEPS}) {
      double area = 0;
      double momentum = 0;
      double annealed = 0;
      for (int i = 1; i <= t; i++) {
        area += rate(i);
        momentum = (1 - 1 / THETA[4]) * momentum + Math.max(0, rate(i - 1) - rate(i));
        annealed += momentum;
      }
      double expected = THETA[0] + THETA[1] * Math.pow(area, -THETA[2]) - THETA[3] * annealed;
      assertEquals(expected, LAW.loss(history().until(t), THETA), 1e-3 * expected, "step " + t);
    }
    double without = LAW.loss(history(), new double[] {2.6, 0.4, 0.5, 0, 300});
    assertTrue(without - LAW.loss(history(), THETA) > 0.1, "the decay should be worth something");
  }

  @Test
  void gradientIsTheFiniteDifference() {
    double[] gradient = new double[THETA.length];
    LearningRates until = history().until(1777);
    LAW.gradient(until, THETA, gradient);
    for (int j = 0; j < THETA.length; j++) {
      double step = 1e-5 * THETA[j];
      double[] up = THETA.clone();
      double[] down = THETA.clone();
      up[j] += step;
      down[j] -= step;
      double expected = (LAW.loss(until, up) - LAW.loss(until, down)) / (2 * step);
      assertEquals(expected, gradient[j], 1e-6 * Math.abs(expected) + 1e-9, "by parameter " + j);
    }
  }
}
