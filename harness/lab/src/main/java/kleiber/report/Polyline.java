package kleiber.report;

import java.util.ArrayList;
import java.util.List;

/** A line with no more corners than can be seen: Douglas and Peucker 1973. */
final class Polyline {
  private Polyline() {}

  /** Corners such that every one left out lies within {@code near} of the line through the rest. */
  static List<Svg.Point> simplify(List<Svg.Point> points, double near) {
    boolean[] kept = new boolean[points.size()];
    kept[0] = true;
    kept[kept.length - 1] = true;
    split(points, 0, kept.length - 1, near, kept);
    List<Svg.Point> corners = new ArrayList<>();
    for (int i = 0; i < kept.length; i++) {
      if (kept[i]) {
        corners.add(points.get(i));
      }
    }
    return corners;
  }

  private static void split(
      List<Svg.Point> points, int first, int last, double near, boolean[] kept) {
    int furthest = first;
    double most = near;
    for (int i = first + 1; i < last; i++) {
      double distance = distance(points.get(i), points.get(first), points.get(last));
      if (distance > most) {
        furthest = i;
        most = distance;
      }
    }
    if (furthest > first) {
      kept[furthest] = true;
      split(points, first, furthest, near, kept);
      split(points, furthest, last, near, kept);
    }
  }

  /** From a point to the piece of a line between two others. */
  private static double distance(Svg.Point point, Svg.Point from, Svg.Point to) {
    double x = to.x() - from.x();
    double y = to.y() - from.y();
    double square = x * x + y * y;
    double along = (point.x() - from.x()) * x + (point.y() - from.y()) * y;
    double share = square > 0 ? Math.max(0, Math.min(1, along / square)) : 0;
    return Math.hypot(point.x() - from.x() - share * x, point.y() - from.y() - share * y);
  }
}
