package kleiber.design;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

/** Power as textbooks print it. */
class PowerTest {
  @Test
  void isThatOfTheNormalTest() {
    assertEquals(0.05, Power.of(0, 1), 1e-9);
    assertEquals(0.8, Power.of(2.8016, 1), 1e-4);
    assertEquals(0.8, Power.of(-2.8016, 1), 1e-4);
    assertEquals(2.8016, Power.detectable(1), 1e-4);
    assertEquals(1.6449, Power.halfWidth(0.9), 1e-4);
  }
}
