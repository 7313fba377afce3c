package kleiber.engine.trial;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Map;
import org.junit.jupiter.api.Test;

class DeviationTest {
  @Test
  void isRelativeToTheLargestOfItsName() {
    Deviation worst =
        Deviation.ofTensors(
            Map.of("x", new double[] {1, -100}, "y", new double[] {1, 2}),
            Map.of("x", new double[] {2, -100}, "y", new double[] {1, 2.01}),
            0.02);
    assertEquals("x[0]", worst.where());
    assertEquals(0.01, worst.error(), 1e-12);
    assertTrue(worst.within());
  }

  @Test
  void whatIsNoNumberIsTheWorst() {
    Deviation worst =
        Deviation.of("x", new double[] {1, 2, 3}, new double[] {9, Double.NaN, 99}, 1, 1e-6);
    assertEquals("x[1]", worst.where());
    assertFalse(worst.within());
  }

  @Test
  void theWorseIsTheWorseForItsTolerance() {
    Deviation strict = new Deviation("strict", 1e-6, 1e-7);
    Deviation lax = new Deviation("lax", 1e-3, 1e-2);
    assertEquals(strict, lax.orWorse(strict));
    assertEquals(strict, strict.orWorse(lax));
  }
}
