package kleiber.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** The small parts that every figure is drawn with. */
class DrawingTest {
  @Test
  void lengthsAreThoseOfTheFormatter() {
    Random random = new Random(1);
    for (int i = 0; i < 5000; i++) {
      double value = 1000 * (random.nextDouble() - 0.5);
      String plain = String.format(Locale.ROOT, "%.2f", Math.round(value * 100) / 100.0);
      assertEquals(
          Double.parseDouble(plain), Double.parseDouble(Svg.px(value)), "seed 1: " + value);
      assertTrue(Svg.px(value).length() <= plain.length(), "seed 1: " + value);
    }
    assertEquals("0", Svg.px(-0.001));
    assertEquals("-1.05", Svg.px(-1.05));
    assertEquals("1.5", Svg.px(1.5));
  }

  @Test
  void aSimplifiedLineStaysNearItsPoints() {
    Random random = new Random(2);
    List<Svg.Point> points = new ArrayList<>();
    for (int x = 0; x < 400; x++) {
      points.add(new Svg.Point(x, 100 * Math.exp(-x / 80.0) + 0.1 * random.nextGaussian()));
    }
    List<Svg.Point> corners = Polyline.simplify(points, 0.5);
    assertTrue(corners.size() < 60, corners.size() + " corners");
    assertEquals(points.getFirst(), corners.getFirst());
    assertEquals(points.getLast(), corners.getLast());
    for (Svg.Point point : points) {
      int after = 1;
      while (corners.get(after).x() < point.x()) {
        after++;
      }
      Svg.Point from = corners.get(after - 1);
      Svg.Point to = corners.get(after);
      double share = (point.x() - from.x()) / (to.x() - from.x());
      double off = point.y() - from.y() - share * (to.y() - from.y());
      assertTrue(Math.abs(off) < 1, "seed 2: " + off + " at " + point);
    }
  }

  @Test
  void manyRowsAreThinnedEvenly() {
    List<Integer> rows = IntStream.range(0, 50_000).boxed().toList();
    List<Integer> drawn = Thinned.of(rows);
    assertEquals(Thinned.MOST, drawn.size());
    assertEquals(drawn.size(), drawn.stream().distinct().count());
    assertTrue(drawn.getFirst() == 0 && drawn.getLast() > 49_900);
    assertEquals(rows.subList(0, 100), Thinned.of(rows.subList(0, 100)));
    assertEquals("", Thinned.note(100));
    assertTrue(Thinned.note(50_000).contains("1500 of the 50000"));
  }

  @Test
  void ticksAreWrittenShort() {
    assertEquals("2.5", Axis.format(2.5));
    assertEquals("−0.004", Axis.format(-0.004));
    assertEquals("10⁶", Axis.format(1e6));
    assertEquals("2×10⁻⁵", Axis.format(2e-5));
    assertEquals("0", Axis.format(0));
  }
}
