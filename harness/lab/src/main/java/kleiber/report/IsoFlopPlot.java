package kleiber.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.DoubleStream;
import java.util.stream.Stream;
import kleiber.estimate.IsoFlop;
import kleiber.estimate.Parabola;
import kleiber.estimate.Vertex;
import kleiber.laws.Observation;
import kleiber.observe.Quantity;

/**
 * Loss over model size at each compute budget, with the parabola through it and its vertex:
 * Hoffmann et al. 2022, figure 3. A grid without budgets has none.
 */
final class IsoFlopPlot {
  private static final double HEIGHT = 380;

  /** Computes that differ by less are one budget: sizes are whole numbers. */
  private static final double TOLERANCE = 0.05;

  private static final int STEPS = 40;

  private IsoFlopPlot() {}

  static Optional<Figure> of(Scene scene, Layout layout) {
    List<Observation> rows =
        Stream.concat(scene.foretelling().fit().stream(), scene.foretelling().heldOut().stream())
            .toList();
    List<Parabola> parabolas = IsoFlop.of(rows, TOLERANCE).stream().map(Parabola::fit).toList();
    if (parabolas.size() < 2) {
      return Optional.empty();
    }
    double height = layout.height(HEIGHT);
    Svg svg =
        layout.figure(
            "isoflop",
            Layout.TOP + height,
            "Loss over model size at each budget",
            "Held-out loss against parameters N at %d compute budgets, each with its least-squares parabola and the vertex."
                .formatted(parabolas.size()));
    Axis x =
        Axis.log(
            "Parameters N",
            parabolas.stream().flatMapToDouble(p -> DoubleStream.of(p.budget().params())));
    Axis y =
        Axis.log(
            "Held-out loss, " + scene.data().unit(),
            parabolas.stream()
                .flatMapToDouble(
                    p ->
                        DoubleStream.concat(
                            DoubleStream.of(p.budget().losses()),
                            p.vertex() == Vertex.INSIDE
                                ? DoubleStream.of(p.loss())
                                : DoubleStream.empty())));
    Plot plot = new Plot(svg, layout.left, Layout.TOP, layout.panel, height, x, y);
    Legend legend = layout.legend(svg, Layout.TOP).heading("Budget, FLOPs");
    for (int index = 0; index < parabolas.size(); index++) {
      Parabola parabola = parabolas.get(index);
      Mark mark = Mark.size(index, parabolas.size());
      draw(plot, parabola, mark);
      legend.line(mark.wide(3), Quantity.count(parabola.budget().flops()));
    }
    legend.gap();
    legend.ring(Mark.LAW, "vertex");
    boolean rejected = parabolas.stream().anyMatch(p -> p.vertex() != Vertex.INSIDE);
    if (rejected) {
      legend.cross(Mark.FORETOLD, "no vertex");
    }
    return Optional.of(
        new Figure(
            svg,
            "Loss over model size at each compute budget (computes within 5 % are one), the"
                + " parabola through it and its vertex."
                + parabolas.stream()
                    .filter(p -> p.vertex() != Vertex.INSIDE)
                    .map(p -> " " + p.sentence())
                    .collect(Collectors.joining())));
  }

  private static void draw(Plot plot, Parabola parabola, Mark mark) {
    IsoFlop budget = parabola.budget();
    String name = "budget of %s FLOPs".formatted(Quantity.count(budget.flops()));
    if (parabola.vertex() != Vertex.CONCAVE) {
      plot.line(curve(parabola), mark, Hint.of(name));
    }
    int lowest = 0;
    for (int i = 0; i < budget.params().length; i++) {
      lowest = budget.losses()[i] < budget.losses()[lowest] ? i : lowest;
      plot.disc(
          budget.params()[i],
          budget.losses()[i],
          mark,
          Hint.of(
              "%s: N %s, D %s, loss %s"
                  .formatted(
                      name,
                      Quantity.count(budget.params()[i]),
                      Quantity.count(budget.tokens()[i]),
                      Quantity.significant(budget.losses()[i], 5))));
    }
    if (parabola.vertex() == Vertex.INSIDE) {
      plot.ring(
          parabola.params(),
          parabola.loss(),
          Mark.LAW,
          Hint.of(
              "%s: lowest at N = %s".formatted(name, Quantity.significant(parabola.params(), 3))));
    } else {
      plot.cross(
          budget.params()[lowest],
          budget.losses()[lowest],
          Mark.FORETOLD,
          Hint.of(parabola.sentence()));
    }
  }

  /** The parabola over the sizes tried; its curvature is read off the size furthest from it. */
  private static List<double[]> curve(Parabola parabola) {
    double[] params = parabola.budget().params();
    double centre = Math.log(parabola.params());
    double low = Math.log(params[0]);
    double high = Math.log(params[params.length - 1]);
    int far = high - centre > centre - low ? params.length - 1 : 0;
    double reach = Math.log(params[far]) - centre;
    double curvature = (parabola.predicted()[far] - parabola.loss()) / (reach * reach);
    List<double[]> curve = new ArrayList<>();
    for (int i = 0; i <= STEPS; i++) {
      double u = low + (high - low) * i / STEPS;
      curve.add(
          new double[] {Math.exp(u), parabola.loss() + curvature * (u - centre) * (u - centre)});
    }
    return curve;
  }
}
