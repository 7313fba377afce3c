package kleiber.report;

import java.util.List;
import java.util.function.ToDoubleFunction;
import java.util.stream.DoubleStream;
import kleiber.observe.Quantity;
import kleiber.study.StudyFigure;
import kleiber.study.StudyFigure.Point;
import kleiber.study.StudyFigure.Series;

/** Draws the figure of a study. */
final class StudyPlot {
  private static final double HEIGHT = 340;

  private StudyPlot() {}

  static Figure of(StudyFigure figure, Layout layout) {
    double height = layout.height(HEIGHT);
    Svg svg = layout.figure(figure.id(), Layout.TOP + height, figure.title(), figure.caption());
    Plot plot =
        new Plot(
            svg,
            layout.left,
            Layout.TOP,
            layout.panel,
            height,
            axis(figure.x(), values(figure, Point::x)),
            axis(
                figure.y(),
                DoubleStream.concat(
                    values(figure, Point::y),
                    DoubleStream.concat(values(figure, Point::low), values(figure, Point::high)))));
    int colours = 1 + figure.series().stream().mapToInt(Series::colour).max().orElse(0);
    figure.series().forEach(series -> draw(plot, series, mark(series, colours)));
    Legend legend = layout.legend(svg, Layout.TOP);
    for (Series series : figure.series()) {
      if (!series.name().isEmpty()) {
        explain(legend, series, mark(series, colours));
      }
    }
    return new Figure(svg, figure.caption());
  }

  private static DoubleStream values(StudyFigure figure, ToDoubleFunction<Point> of) {
    return figure.series().stream()
        .flatMap(series -> series.points().stream())
        .mapToDouble(of)
        .filter(Double::isFinite);
  }

  private static Axis axis(StudyFigure.Axis axis, DoubleStream values) {
    return axis.logarithmic() ? Axis.log(axis.label(), values) : Axis.linear(axis.label(), values);
  }

  private static Mark mark(Series series, int colours) {
    Mark mark = series.colour() < 0 ? Mark.INK : Mark.size(series.colour(), colours);
    return series.style() == StudyFigure.Style.DASHED ? mark.dashed("5 4") : mark;
  }

  private static void draw(Plot plot, Series series, Mark mark) {
    if (series.style() == StudyFigure.Style.LINE || series.style() == StudyFigure.Style.DASHED) {
      List<double[]> points =
          series.points().stream().map(point -> new double[] {point.x(), point.y()}).toList();
      plot.line(points, mark, Hint.of(series.name()));
      return;
    }
    for (Point point : series.points()) {
      if (Double.isFinite(point.low()) && Double.isFinite(point.high())) {
        plot.errorBar(point.x(), point.low(), point.high(), mark.wide(1));
      }
      Hint hint =
          Hint.of(
              "%s: %s, %s"
                  .formatted(
                      series.name(),
                      Quantity.significant(point.x(), 4),
                      Quantity.significant(point.y(), 4)));
      switch (series.style()) {
        case RINGS -> plot.ring(point.x(), point.y(), mark, hint);
        case CROSSES -> plot.cross(point.x(), point.y(), mark, hint);
        default -> plot.disc(point.x(), point.y(), mark, hint);
      }
    }
  }

  private static void explain(Legend legend, Series series, Mark mark) {
    switch (series.style()) {
      case LINE, DASHED -> legend.line(mark, series.name());
      case DOTS -> legend.disc(mark, series.name());
      case RINGS -> legend.ring(mark, series.name());
      case CROSSES -> legend.cross(mark, series.name());
    }
  }
}
