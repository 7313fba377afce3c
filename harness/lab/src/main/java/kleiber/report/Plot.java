package kleiber.report;

import java.util.ArrayList;
import java.util.List;
import java.util.function.DoubleUnaryOperator;

/** A panel of a figure: two axes and what is drawn between them. */
final class Plot {
  private static final double TICK_ROOM = 46;

  /** About how wide a letter of a tick's label is with what lies between two labels. */
  private static final double DIGIT = 8;

  private final Svg svg;
  private final double left;
  private final double top;
  private final double width;
  private final double height;
  private final Axis x;
  private final Axis y;

  /** A panel whose inner frame has its corner at (left, top), in pixels. */
  Plot(Svg svg, double left, double top, double width, double height, Axis x, Axis y) {
    this(svg, left, top, width, height, x, y, true);
  }

  private Plot(
      Svg svg,
      double left,
      double top,
      double width,
      double height,
      Axis x,
      Axis y,
      boolean upright) {
    this.svg = svg;
    this.left = left;
    this.top = top;
    this.width = width;
    this.height = height;
    this.x = x;
    this.y = y;
    frame(upright);
  }

  /** A panel whose rows are named by who draws it. */
  static Plot ofRows(
      Svg svg, double left, double top, double width, double height, Axis x, int rows) {
    return new Plot(svg, left, top, width, height, x, new Axis("", 0, rows, false), false);
  }

  Axis x() {
    return x;
  }

  Axis y() {
    return y;
  }

  /** Where a point of the data lies; kept within the frame. */
  Svg.Point at(double xValue, double yValue) {
    return new Svg.Point(
        left + width * Math.clamp(x.place(xValue), 0, 1),
        top + height * (1 - Math.clamp(y.place(yValue), 0, 1)));
  }

  Plot line(List<double[]> points, Mark mark, Hint hint) {
    if (points.size() > 1) {
      svg.path(points.stream().map(p -> at(p[0], p[1])).toList(), mark, hint);
    }
    return this;
  }

  /**
   * A line through many points, without those that it would pass within {@code near} pixels of
   * anyway.
   */
  Plot curve(List<double[]> points, double near, Mark mark, Hint hint) {
    List<Svg.Point> places = points.stream().map(p -> at(p[0], p[1])).toList();
    if (places.size() > 1) {
      svg.path(Polyline.simplify(places, near), mark, hint);
    }
    return this;
  }

  /** A band between two curves over the same x: points are {x, low, high}. */
  Plot band(List<double[]> points, Mark mark) {
    List<Svg.Point> outline = new ArrayList<>();
    points.forEach(p -> outline.add(at(p[0], p[1])));
    points.reversed().forEach(p -> outline.add(at(p[0], p[2])));
    if (points.size() > 1) {
      svg.area(outline, mark);
    }
    return this;
  }

  Plot disc(double xValue, double yValue, Mark mark, Hint hint) {
    svg.disc(at(xValue, yValue), 3.6, mark, hint);
    return this;
  }

  Plot ring(double xValue, double yValue, Mark mark, Hint hint) {
    svg.ring(at(xValue, yValue), 5, mark, hint);
    return this;
  }

  Plot cross(double xValue, double yValue, Mark mark, Hint hint) {
    svg.cross(at(xValue, yValue), 4.5, mark, hint);
    return this;
  }

  /** A vertical error bar with caps. */
  Plot errorBar(double xValue, double low, double high, Mark mark) {
    Svg.Point bottom = at(xValue, low);
    Svg.Point end = at(xValue, high);
    svg.line(bottom.x(), bottom.y(), end.x(), end.y(), mark);
    svg.line(bottom.x() - 4, bottom.y(), bottom.x() + 4, bottom.y(), mark);
    svg.line(end.x() - 4, end.y(), end.x() + 4, end.y(), mark);
    return this;
  }

  /** A horizontal line over the whole panel. */
  Plot level(double yValue, Mark mark) {
    return line(
        List.of(new double[] {x.low(), yValue}, new double[] {x.high(), yValue}), mark, Hint.NONE);
  }

  /** A vertical line over the whole panel. */
  Plot upright(double xValue, Mark mark) {
    return line(
        List.of(new double[] {xValue, y.low()}, new double[] {xValue, y.high()}), mark, Hint.NONE);
  }

  /**
   * A vertical line where the side that is foretold begins, on an axis of compute. It is known
   * under the conventions that were published alone.
   */
  Plot boundary(Scene scene) {
    double flops = scene.choice().flopsAbove();
    if (!scene.countsComputeAsPublished() || flops <= x.low() || flops >= x.high()) {
      return this;
    }
    Svg.Point foot = at(flops, y.low());
    svg.line(foot.x(), foot.y(), foot.x(), top, Mark.INK.wide(1).dashed("2 3"));
    boolean leftOfIt = x.place(flops) > 0.5;
    svg.text(
        foot.x() + (leftOfIt ? -6 : 6),
        top + 15,
        "held-out runs end beyond",
        leftOfIt ? "end" : "start",
        "note");
    return this;
  }

  private void frame(boolean upright) {
    ticks(x, value -> at(value, y.low()).x(), true);
    svg.rectangle(left, top, width, height, Mark.INK.wide(1));
    svg.text(left + width / 2, top + height + TICK_ROOM - 4, x.label(), "middle", "label");
    if (upright) {
      ticks(y, value -> at(x.low(), value).y(), false);
      svg.upwards(left - TICK_ROOM - 8, top + height / 2, y.label(), "label");
    }
  }

  private void ticks(Axis axis, DoubleUnaryOperator pixel, boolean horizontal) {
    List<Double> ticks = axis.ticks();
    int stride = horizontal ? stride(ticks, pixel) : 1;
    for (int i = 0; i < ticks.size(); i++) {
      double at = pixel.applyAsDouble(ticks.get(i));
      String text = i % stride == 0 ? Axis.format(ticks.get(i)) : "";
      if (horizontal) {
        svg.line(at, top, at, top + height, Mark.GRID);
        svg.text(at, top + height + 18, text, "middle", "tick");
      } else {
        svg.line(left, at, left + width, at, Mark.GRID);
        svg.text(left - 7, at + 4.5, text, "end", "tick");
      }
    }
  }

  /** Every so many ticks have a label, so that no two labels run into each other. */
  private static int stride(List<Double> ticks, DoubleUnaryOperator pixel) {
    int stride = 1;
    while (stride < ticks.size() && overlap(ticks, pixel, stride)) {
      stride++;
    }
    return stride;
  }

  private static boolean overlap(List<Double> ticks, DoubleUnaryOperator pixel, int stride) {
    double free = Double.NEGATIVE_INFINITY;
    for (int i = 0; i < ticks.size(); i += stride) {
      double at = pixel.applyAsDouble(ticks.get(i));
      double half = DIGIT * Axis.format(ticks.get(i)).length() / 2;
      if (at - half < free) {
        return true;
      }
      free = at + half;
    }
    return false;
  }
}
