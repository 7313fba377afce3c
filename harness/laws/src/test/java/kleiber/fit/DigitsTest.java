package kleiber.fit;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Locale;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class DigitsTest {
  @Test
  void theyAreThoseOfTheFormatter() {
    SplittableRandom random = new SplittableRandom(1);
    for (int i = 0; i < 2000; i++) {
      double value = (random.nextDouble() - 0.5) * Math.pow(10, random.nextInt(-12, 20));
      int digits = random.nextInt(1, 8);
      assertEquals(
          String.format(Locale.ROOT, "%." + digits + "g", value),
          Digits.of(value, digits),
          "seed 1, " + value + " to " + digits);
    }
    assertEquals(String.format(Locale.ROOT, "%.3g", 0.0), Digits.of(0, 3));
    assertEquals("NaN", Digits.of(Double.NaN, 3));
  }
}
