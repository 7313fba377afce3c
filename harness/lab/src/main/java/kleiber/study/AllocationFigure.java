package kleiber.study;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import kleiber.estimate.IsoFlop;
import kleiber.estimate.Parabola;
import kleiber.estimate.Vertex;
import kleiber.study.ComputeAllocationStudy.Way;
import kleiber.study.StudyFigure.Point;
import kleiber.study.StudyFigure.Series;
import kleiber.study.StudyFigure.Style;

/** The best size over compute: the vertex of each budget, and the line of each estimator. */
final class AllocationFigure {
  private AllocationFigure() {}

  static StudyFigure of(List<IsoFlop> budgets, Optional<IsoFlop> top, List<Way> ways) {
    List<Series> series = new ArrayList<>();
    double low = budgets.stream().mapToDouble(IsoFlop::flops).min().orElse(1);
    double high =
        top.map(IsoFlop::flops)
            .orElse(budgets.stream().mapToDouble(IsoFlop::flops).max().orElse(2));
    int colour = 0;
    for (Way way : ComputeAllocationStudy.known(ways).toList()) {
      series.add(
          new Series(
              way.name(),
              Style.LINE,
              colour++,
              List.of(
                  Point.of(low, way.allocation().get().params().at(low)),
                  Point.of(high, way.allocation().get().params().at(high)))));
    }
    series.add(new Series("vertex of a budget", Style.RINGS, -1, vertices(budgets)));
    top.ifPresent(
        budget ->
            series.add(new Series("vertex, held out", Style.DOTS, -1, vertices(List.of(budget)))));
    return new StudyFigure(
        "allocation",
        "The best model size over compute",
        new StudyFigure.Axis("Training compute, FLOPs", true),
        new StudyFigure.Axis("Best N", true),
        series,
        "The best number of parameters at each compute: vertices of the budgets, and what each"
            + " estimator says of all of them.");
  }

  private static List<Point> vertices(List<IsoFlop> budgets) {
    return budgets.stream()
        .map(Parabola::fit)
        .filter(parabola -> parabola.vertex() == Vertex.INSIDE)
        .map(parabola -> Point.of(parabola.budget().flops(), parabola.params()))
        .toList();
  }
}
