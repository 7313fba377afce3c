package kleiber.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Random;
import java.util.stream.DoubleStream;
import org.junit.jupiter.api.Test;

class AxisTest {
  @Test
  void ticksAreRoundFewAndOnTheAxis() {
    long seed = 5;
    Random random = new Random(seed);
    for (int round = 0; round < 2000; round++) {
      double low = Math.exp(60 * random.nextDouble() - 10);
      double factor = Math.exp(40 * Math.pow(random.nextDouble(), 4) + 0.01);
      Axis axis = new Axis("x", low, low * factor, true);
      List<Double> ticks = axis.ticks();
      String which = "seed " + seed + ": " + axis + " " + ticks;
      assertTrue(ticks.size() >= 2 && ticks.size() <= 12, which);
      for (double tick : ticks) {
        double place = axis.place(tick);
        assertTrue(place > -1e-6 && place < 1 + 1e-6, which);
      }
      assertEquals(ticks.size(), ticks.stream().map(Axis::format).distinct().count(), which);
    }
  }

  @Test
  void aLossAxisHasRoundTicks() {
    assertEquals(List.of(1.5, 2.0, 2.5, 3.0, 3.5), new Axis("L", 1.25, 3.6, true).ticks());
    assertEquals(List.of(-4.0, -2.0, 0.0, 2.0, 4.0), new Axis("%", -5, 5, false).ticks());
  }

  @Test
  void ticksAreWrittenAsPowers() {
    assertEquals("10¹²", Axis.format(1e12));
    assertEquals("2×10⁶", Axis.format(2e6));
    assertEquals("5×10⁻⁵", Axis.format(5e-5));
    assertEquals("2.5", Axis.format(2.5));
    assertEquals("−0.01", Axis.format(-0.01));
    assertEquals("0", Axis.format(0));
  }

  @Test
  void oneValueOrNoneStillGivesAnAxis() {
    Axis one = Axis.log("x", DoubleStream.of(3));
    assertEquals(0.5, one.place(3), 1e-9);
    assertTrue(Axis.log("x", DoubleStream.empty()).low() > 0);
    assertEquals(0.5, Axis.aroundZero("x", DoubleStream.of(-2, 1)).place(0), 1e-9);
    assertThrows(IllegalArgumentException.class, () -> new Axis("x", 0, 1, true));
  }
}
