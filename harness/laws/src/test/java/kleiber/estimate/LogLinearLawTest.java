package kleiber.estimate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Random;
import org.junit.jupiter.api.Test;

class LogLinearLawTest {
  private static final double[] X = {1e3, 2e3, 5e3, 1e4, 3e4, 1e5};
  private static final double[] Z = {2, 9, 3, 7, 1, 4};

  @Test
  void recoversExactPowers() {
    double[] y = new double[X.length];
    for (int i = 0; i < y.length; i++) {
      y[i] = 3 * Math.pow(X[i], 0.7) * Math.pow(Z[i], -0.2);
    }
    LogLinearLaw law = LogLinearLaw.fit(y, X, Z);
    assertEquals(3, law.factor(), 1e-9);
    assertEquals(0.7, law.exponent(0), 1e-12);
    assertEquals(-0.2, law.exponent(1), 1e-12);
    assertEquals(1, law.rSquared(), 1e-12);
    assertEquals(3 * Math.pow(1e9, 0.7) * Math.pow(5, -0.2), law.at(1e9, 5), 1e-3);
  }

  @Test
  void intervalsOfExponentAndValueHoldTheTruth() {
    Held exponent = new Held("exponent of a log-linear law");
    Held value = new Held("its value, extrapolated");
    for (int set = 0; set < 500; set++) {
      Random random = new Random(set);
      double[] y = new double[X.length];
      double[] weights = new double[X.length];
      for (int i = 0; i < y.length; i++) {
        double deviation = 0.02 * (1 + i);
        weights[i] = 1 / (deviation * deviation);
        y[i] = 3 * Math.pow(X[i], 0.7) * Math.exp(deviation * random.nextGaussian());
      }
      LogLinearLaw law = LogLinearLaw.weighted(weights, y, X);
      exponent.count(law.exponent(0, 0.9), 0.7);
      value.count(law.at(0.9, new double[] {1e7}), 3 * Math.pow(1e7, 0.7));
    }
    exponent.isAboutRight(0.02);
    value.isAboutRight(0.02);
  }

  @Test
  void twoPointsGiveALineWithoutAnInterval() {
    LogLinearLaw law = LogLinearLaw.fit(new double[] {1, 8}, new double[] {1, 2});
    assertEquals(3, law.exponent(0), 1e-12);
    assertTrue(Double.isInfinite(law.exponent(0, 0.9).interval().high()));
  }

  @Test
  void refusesWhatDoesNotDetermineIt() {
    double[] same = {2, 2, 2};
    double[] up = {1, 2, 3};
    assertThrows(IllegalArgumentException.class, () -> LogLinearLaw.fit(up, same));
    assertThrows(IllegalArgumentException.class, () -> LogLinearLaw.fit(up, up, up));
    assertThrows(
        IllegalArgumentException.class, () -> LogLinearLaw.fit(new double[] {1, 0, 2}, up));
  }
}
