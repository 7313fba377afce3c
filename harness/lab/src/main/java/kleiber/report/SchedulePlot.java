package kleiber.report;

import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/** The shapes of the learning-rate schedules, one line each. */
final class SchedulePlot {
  private static final double HEIGHT = 200;

  /** More shapes than can be told apart: the first ones are drawn. */
  private static final int MOST = 12;

  private SchedulePlot() {}

  static Optional<Figure> of(Scene scene, Layout layout) {
    List<ScheduleShape> shapes = scene.data().schedules();
    if (shapes.isEmpty()) {
      return Optional.empty();
    }
    List<ScheduleShape> shown = shapes.subList(0, Math.min(MOST, shapes.size()));
    double height = layout.height(HEIGHT);
    Svg svg =
        layout.figure(
            "schedules",
            Layout.TOP + height,
            "Learning-rate schedules",
            "Learning rate as a fraction of its peak over the course of a run, for %d shapes of schedule."
                .formatted(shown.size()));
    Axis x = new Axis("Share of the run’s tokens", 0, 1, false);
    Axis y = new Axis("Fraction of the peak rate", 0, 1.05, false);
    Plot plot = new Plot(svg, layout.left, Layout.TOP, layout.panel, height, x, y);
    Legend legend = layout.legend(svg, Layout.TOP).heading("Schedule");
    for (int index = 0; index < shown.size(); index++) {
      ScheduleShape shape = shown.get(index);
      Mark mark = Mark.size(index, shown.size()).wide(2);
      int last = shape.rates().length - 1;
      String name = shape.name() + (shape.runs() == 1 ? ", 1 run" : ", " + shape.runs() + " runs");
      plot.curve(
          IntStream.rangeClosed(0, last)
              .mapToObj(i -> new double[] {(double) i / last, shape.rates()[i]})
              .toList(),
          0.2,
          mark,
          Hint.of(name));
      legend.line(mark, shape.name());
    }
    return Optional.of(
        new Figure(
            svg,
            "How the learning rate of the runs rises and falls; a loss was measured at the rate that its checkpoint had.%s"
                .formatted(
                    shapes.size() > shown.size()
                        ? " The first " + MOST + " of " + shapes.size() + " shapes are shown."
                        : "")));
  }
}
