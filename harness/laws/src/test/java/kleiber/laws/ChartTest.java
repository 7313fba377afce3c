package kleiber.laws;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Other constants are the same curves: there and back, loss by loss, and in their derivatives. */
class ChartTest {
  private static final long SEED = 29;

  static List<Law> laws() {
    return Laws.all().stream().filter(Charted.class::isInstance).toList();
  }

  @Test
  void thereIsOneAtLeast() {
    assertFalse(laws().isEmpty());
  }

  @ParameterizedTest
  @MethodSource("laws")
  void sameCurve(Law law) {
    Random random = new Random(SEED);
    double[] theta = MadeLosses.theta(law, random);
    List<Scale> scales =
        MadeLosses.grid(law, theta, 0, random).stream().map(Observation::at).toList();
    Chart chart = ((Charted) law).chart(scales);
    BoundLaw charted = chart.law();
    double[] constants = chart.of(theta);
    double[] back = chart.theta(constants);
    for (int j = 0; j < theta.length; j++) {
      assertEquals(theta[j], back[j], 1e-9 * Math.abs(theta[j]), law.parameters().get(j).name());
    }
    double[] gradient = new double[theta.length];
    double[] unused = new double[theta.length];
    for (int row = 0; row < scales.size(); row++) {
      double loss = charted.gradient(row, constants, gradient);
      assertEquals(law.loss(scales.get(row), theta), loss, 1e-9 * loss, "seed " + SEED);
      for (int j = 0; j < theta.length; j++) {
        double step = 1e-5 * Math.abs(constants[j]);
        double[] moved = constants.clone();
        moved[j] += step;
        double above = charted.gradient(row, moved, unused);
        moved[j] -= 2 * step;
        double slope = (above - charted.gradient(row, moved, unused)) / (2 * step);
        double rounding = 1e-6 * Math.abs(gradient[j]) + 1e-9 * loss / Math.abs(constants[j]);
        assertEquals(slope, gradient[j], rounding, "constant " + j);
      }
    }
  }
}
