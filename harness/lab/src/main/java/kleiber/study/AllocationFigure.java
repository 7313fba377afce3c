package kleiber.study;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import kleiber.estimate.IsoFlop;
import kleiber.estimate.Parabola;
import kleiber.estimate.Vertex;
import kleiber.study.ComputeAllocationStudy.Way;
import kleiber.study.StudyFigure.Point;
import kleiber.study.StudyFigure.Series;
import kleiber.study.StudyFigure.Style;

/**
 * The best size over compute: the vertex of each budget, and the line of each estimator from the
 * least budget to the largest.
 */
final class AllocationFigure {
  private AllocationFigure() {}

  /**
   * @param budgets at least one
   */
  static StudyFigure of(List<IsoFlop> budgets, Optional<IsoFlop> top, List<Way> ways) {
    List<Series> series = new ArrayList<>();
    Comparator<IsoFlop> byFlops = Comparator.comparingDouble(IsoFlop::flops);
    IsoFlop low = budgets.stream().min(byFlops).orElseThrow();
    IsoFlop high = top.orElseGet(() -> budgets.stream().max(byFlops).orElseThrow());
    int colour = 0;
    for (Way way : ComputeAllocationStudy.known(ways).toList()) {
      series.add(
          new Series(
              way.name(),
              Style.LINE,
              colour++,
              Stream.of(low, high)
                  .map(budget -> Point.of(budget.flops(), way.size(budget)))
                  .toList()));
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
