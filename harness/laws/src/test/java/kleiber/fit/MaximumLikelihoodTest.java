package kleiber.fit;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.List;
import java.util.Random;
import kleiber.fit.MaximumLikelihood.Noise;
import kleiber.laws.Chinchilla;
import kleiber.laws.MadeLosses;
import kleiber.laws.Observation;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class MaximumLikelihoodTest {
  private static final double[] TRUTH = {0.9, 60, 0.4, 141, 0.35};
  private final Chinchilla law = new Chinchilla();

  /**
   * Table 1 of Besiroglu et al. 2024 and their notebook: the fit of largest likelihood, which their
   * sixth parameter, ln σ → −12.27, makes one of least absolute deviations.
   */
  @Test
  void thePublishedFitOfChinchilla() throws IOException {
    var found = MaximumLikelihood.fit(law, ChinchillaEpoch.published(), Noise.LAPLACE);
    double[] published = {1.816864, 482.0057, 0.347813, 2085.4342, 0.365854};
    for (int j = 0; j < published.length; j++) {
      assertEquals(published[j], found.fitted().theta()[j], 2e-6 * published[j]);
    }
    assertEquals(1.129494659, found.fitted().cost(), 1e-8);
    assertEquals(879.77, found.logLikelihood(), 5e-3);
  }

  @ParameterizedTest
  @EnumSource
  void noOtherScaleIsLikelier(Noise noise) {
    List<Observation> rows = MadeLosses.grid(law, TRUTH, 5e-3, new Random(6));
    var found = MaximumLikelihood.fit(law, rows, noise);
    assertTrue(found.scale() > 1e-3 && found.scale() < 1e-2, found.toString());
    if (noise == Noise.STUDENT) {
      double[] fixed = new LawFitter(new StudentT(4, found.scale())).fit(law, rows).theta();
      assertArrayEquals(found.fitted().theta(), fixed, 1e-6 * fixed[3]);
    }
  }

  @Test
  void exactLossesHaveNoScale() {
    List<Observation> rows = MadeLosses.grid(law, TRUTH, 0, new Random(6));
    assertThrows(
        IllegalArgumentException.class, () -> MaximumLikelihood.fit(law, rows, Noise.GAUSSIAN));
  }
}
