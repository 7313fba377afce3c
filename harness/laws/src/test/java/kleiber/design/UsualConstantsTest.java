package kleiber.design;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import kleiber.laws.AccuracyFromLoss;
import kleiber.laws.Chinchilla;
import kleiber.laws.Law;
import kleiber.laws.PowerLaw;
import kleiber.laws.PowerOfSum;
import kleiber.laws.Scale;
import org.junit.jupiter.api.Test;

/** A law as studies find it, moved to small sizes. */
class UsualConstantsTest {
  private static final List<Scale> SCALES = MadeMenu.of(4, 4).runs();

  @Test
  void exponentsStayAndTheMiddleIsTheMiddle() {
    double[] theta = UsualConstants.of(new Chinchilla(), SCALES);
    assertEquals(1.816864, theta[0], 1e-3);
    assertEquals(0.347813, theta[2], 1e-3);
    assertEquals(0.365854, theta[4], 1e-3);
    double params = Math.exp(mean(SCALES.stream().mapToDouble(Scale::params).toArray()));
    double tokens = Math.exp(mean(SCALES.stream().mapToDouble(Scale::tokens).toArray()));
    double there = 1.816864 + 482.0057 * Math.pow(1e9, -0.347813);
    assertEquals(
        there + 2085.4342 * Math.pow(2e10, -0.365854),
        new Chinchilla().loss(Scale.of(params, tokens), theta),
        1e-3);
  }

  private static double mean(double[] values) {
    double sum = 0;
    for (double value : values) {
      sum += Math.log(value) / values.length;
    }
    return sum;
  }

  @Test
  void lossesAreSuchAsLossesAre() {
    for (Law law : List.of(new Chinchilla(), new PowerLaw(), new PowerOfSum())) {
      double[] theta = UsualConstants.of(law, SCALES);
      for (Scale at : SCALES) {
        double loss = law.loss(at, theta);
        assertTrue(loss > 1 && loss < 6, law.formula() + " gives " + loss + " at " + at);
      }
    }
  }

  @Test
  void saysWhatItNeedsOfAnAxisThatRunsLack() {
    assertThrows(
        IllegalArgumentException.class, () -> UsualConstants.of(new AccuracyFromLoss(), SCALES));
  }
}
