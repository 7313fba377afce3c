package kleiber.laws;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;

/** The multi-power law by short pieces against the sum over every single step. */
class MultiPowerTest {
  private static final MultiPower LAW = new MultiPower();
  private static final double PEAK = 3e-4;

  /** Warm-up, a while at the peak, a cosine down, and a sudden drop. */
  private static LearningRates history() {
    double[] steps = new double[64];
    double[] rates = new double[64];
    steps[0] = 500;
    rates[0] = PEAK;
    for (int i = 1; i < 63; i++) {
      steps[i] = 500 + 64 * i;
      rates[i] = i < 20 ? PEAK : PEAK * (0.55 + 0.45 * Math.cos(Math.PI * (i - 20) / 42));
    }
    steps[63] = steps[62] + 32;
    rates[63] = rates[62] / 4;
    return LearningRates.through(steps, rates);
  }

  private static double rate(LearningRates history, int step) {
    return step == 0
        ? 0
        : history.until(step).area() - (step == 1 ? 0 : history.until(step - 1).area());
  }

  @Test
  void piecesGiveTheSumOverSteps() {
    double[] theta = LAW.typical();
    LearningRates history = history();
    double[] rate = new double[4400];
    for (int step = 1; step < rate.length; step++) {
      rate[step] = rate(history, step);
    }
    for (int t : new int[] {700, 1801, 3000, 4399}) {
      double after = 0;
      double gain = 0;
      for (int k = t; k > 0; k--) {
        after += rate[k];
        double x = Math.pow(rate[k], -theta[6]) * after;
        gain += (rate[k - 1] - rate[k]) * (1 - Math.pow(1 + theta[4] * x, -theta[5]));
      }
      double expected = theta[0] + theta[1] * Math.pow(after, -theta[2]) - theta[3] * gain;
      assertEquals(expected, LAW.loss(history.until(t), theta), 2e-4, "step " + t);
    }
  }

  @Test
  void gradientIsTheFiniteDifference() {
    double[] theta = LAW.typical();
    double[] gradient = new double[theta.length];
    LearningRates until = history().until(3333);
    LAW.gradient(until, theta, gradient);
    for (int j = 0; j < theta.length; j++) {
      double step = 1e-5 * theta[j];
      double[] up = theta.clone();
      double[] down = theta.clone();
      up[j] += step;
      down[j] -= step;
      double expected = (LAW.loss(until, up) - LAW.loss(until, down)) / (2 * step);
      assertEquals(expected, gradient[j], 1e-6 * Math.abs(expected) + 1e-9, "by parameter " + j);
    }
  }

  @Test
  void historiesThatMakeNoSenseAreRefused() {
    assertThrows(
        IllegalArgumentException.class,
        () -> LearningRates.through(new double[] {2, 1}, new double[] {1, 1}));
    assertThrows(
        IllegalArgumentException.class,
        () -> LearningRates.through(new double[] {1}, new double[] {1, 1}));
    assertThrows(IllegalArgumentException.class, () -> history().until(1e9));
  }
}
