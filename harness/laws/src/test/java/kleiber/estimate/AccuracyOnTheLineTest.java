package kleiber.estimate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.Arrays;
import org.apache.commons.math3.distribution.NormalDistribution;
import org.junit.jupiter.api.Test;

class AccuracyOnTheLineTest {
  private static final double[] USUAL = {0.6, 0.7, 0.8, 0.9, 0.97};

  @Test
  void aLineInProbitIsRecovered() {
    NormalDistribution normal = new NormalDistribution();
    double[] shifted =
        Arrays.stream(USUAL)
            .map(
                p ->
                    normal.cumulativeProbability(
                        0.9 * normal.inverseCumulativeProbability(p) - 0.4))
            .toArray();
    AccuracyOnTheLine line = AccuracyOnTheLine.fit(USUAL, shifted);
    assertEquals(-0.4, line.intercept(), 1e-9);
    assertEquals(0.9, line.slope(), 1e-9);
    assertEquals(0, line.deviation(), 1e-9);
    assertEquals(0.05, line.effectiveRobustness(0.8, line.at(0.8) + 0.05), 1e-12);
  }

  @Test
  void refusesWhatHasNoLine() {
    double[] same = {0.5, 0.5, 0.5, 0.5, 0.5};
    assertThrows(IllegalArgumentException.class, () -> AccuracyOnTheLine.fit(same, USUAL));
    double[] sure = {0.6, 0.7, 0.8, 0.9, 1};
    assertThrows(IllegalArgumentException.class, () -> AccuracyOnTheLine.fit(sure, USUAL));
    double[] two = {0.6, 0.7};
    assertThrows(IllegalArgumentException.class, () -> AccuracyOnTheLine.fit(two, two));
  }
}
