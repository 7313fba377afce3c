package kleiber.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Random;
import org.junit.jupiter.api.Test;

class ClusteredMeanTest {
  /** By hand: mean 20/10 = 2; residuals 6−4, 10−8, 4−8 = 2, 2, −4; sqrt(3/2 · 24) / 10 = 0.6. */
  @Test
  void threeDocumentsByHand() {
    ClusteredMean mean = ClusteredMean.of(new double[] {6, 10, 4}, new long[] {2, 4, 4});
    assertEquals(2, mean.mean(), 1e-15);
    assertEquals(0.6, mean.standardError(), 1e-15);
  }

  /** With one token a document it is the standard error that everyone knows. */
  @Test
  void isTheUsualOneForIndependentTokens() {
    double[] x = new Random(1).doubles(50).toArray();
    long[] ones = new long[50];
    double sum = 0;
    for (int i = 0; i < 50; i++) {
      ones[i] = 1;
      sum += x[i];
    }
    double squares = 0;
    for (double value : x) {
      squares += (value - sum / 50) * (value - sum / 50);
    }
    assertEquals(Math.sqrt(squares / 49 / 50), ClusteredMean.of(x, ones).standardError(), 1e-15);
  }

  /** Its intervals cover: the error over many draws is as large as it says. */
  @Test
  void isAsLargeAsTheErrorsOfManyDraws() {
    Random random = new Random(2);
    double claimed = 0;
    double actual = 0;
    for (int draw = 0; draw < 2000; draw++) {
      double[] sums = new double[40];
      long[] counts = new long[40];
      for (int k = 0; k < 40; k++) {
        double document = random.nextGaussian();
        counts[k] = 5 + random.nextInt(10);
        for (int i = 0; i < counts[k]; i++) {
          sums[k] += 3 + document + random.nextGaussian();
        }
      }
      ClusteredMean mean = ClusteredMean.of(sums, counts);
      claimed += mean.standardError() * mean.standardError();
      actual += (mean.mean() - 3) * (mean.mean() - 3);
    }
    assertEquals(1, Math.sqrt(claimed / actual), 0.06);
  }

  @Test
  void oneDocumentHasNoStandardError() {
    ClusteredMean mean = ClusteredMean.of(new double[] {6}, new long[] {3});
    assertEquals(2, mean.mean());
    assertTrue(Double.isNaN(mean.standardError()));
  }
}
