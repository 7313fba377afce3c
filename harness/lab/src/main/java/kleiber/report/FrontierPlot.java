package kleiber.report;

import java.util.List;
import java.util.Optional;
import java.util.stream.DoubleStream;
import java.util.stream.Stream;
import kleiber.fit.Extrapolation;
import kleiber.laws.Observation;
import kleiber.observe.ComputeFrontier;
import kleiber.observe.Quantity;
import kleiber.observe.Residual;

/** Loss against compute: the rows, the law's compute-optimal frontier and its interval. */
final class FrontierPlot {
  private static final double HEIGHT = 400;
  private static final double BEYOND = 3;

  private FrontierPlot() {}

  static Optional<Figure> of(Scene scene, Layout layout) {
    List<Residual> fit = scene.foretelling().residuals();
    if (fit.isEmpty()) {
      return Optional.empty();
    }
    List<Residual> heldOut = scene.foretelling().heldOutResiduals();
    double most = fit.stream().mapToDouble(FrontierPlot::flops).max().orElseThrow();
    List<Residual> rows = Stream.concat(fit.stream(), heldOut.stream()).toList();
    double low = rows.stream().mapToDouble(FrontierPlot::flops).min().orElseThrow();
    double high = BEYOND * rows.stream().mapToDouble(FrontierPlot::flops).max().orElseThrow();
    List<ComputeFrontier.Point> frontier = ComputeFrontier.of(scene.foretelling(), low, high);
    List<Extrapolation.Point> foretold = scene.foretold();
    double height = layout.height(HEIGHT);
    Svg svg =
        layout.figure(
            "loss-compute",
            Layout.TOP + height,
            "Loss against compute",
            "Held-out loss against training compute, both logarithmic: the measured rows, and the lowest loss that the fitted law gives to each compute, from %s to %s FLOPs; the largest compute fitted is %s."
                .formatted(Quantity.count(low), Quantity.count(high), Quantity.count(most)));
    Axis x = Axis.log("Training compute C, FLOPs", DoubleStream.of(low, high));
    Axis y =
        Axis.log(
            "Held-out loss, " + scene.data().unit(),
            DoubleStream.concat(
                rows.stream().mapToDouble(residual -> residual.measured().loss()),
                DoubleStream.concat(
                    frontier.stream().mapToDouble(ComputeFrontier.Point::loss),
                    foretold.stream()
                        .flatMapToDouble(
                            p -> DoubleStream.of(p.interval().low(), p.interval().high())))));
    Plot plot = new Plot(svg, layout.left, Layout.TOP, layout.panel, height, x, y);
    plot.band(
        frontier.stream()
            .filter(point -> point.interval().isPresent())
            .map(
                point ->
                    new double[] {
                      point.flops(), point.interval().get().low(), point.interval().get().high()
                    })
            .toList(),
        Mark.BAND);
    plot.line(part(frontier, most, true), Mark.LAW, Hint.of("the law’s frontier"));
    plot.line(
        part(frontier, most, false),
        Mark.LAW.dashed("6 4"),
        Hint.of("the law’s frontier, extrapolated"));
    plot.boundary(scene);

    Sizes sizes = scene.sizes();
    for (Residual residual : Thinned.of(fit)) {
      Observation row = residual.measured();
      plot.disc(row.at().flops(), row.loss(), sizes.mark(row.at().params()), hint(row));
    }
    for (Extrapolation.Point point : Thinned.of(foretold)) {
      plot.errorBar(
          point.measured().at().flops(),
          point.interval().low(),
          point.interval().high(),
          Mark.FORETOLD);
    }
    for (Residual residual : Thinned.of(heldOut)) {
      Observation row = residual.measured();
      plot.ring(row.at().flops(), residual.predicted(), Mark.FORETOLD, foretold(residual));
      plot.disc(row.at().flops(), row.loss(), sizes.mark(row.at().params()), hint(row));
    }

    for (Observation row : Thinned.of(scene.dropped())) {
      plot.cross(row.at().flops(), row.loss(), Mark.DROPPED, hint(row));
    }

    Legend legend = layout.legend(svg, Layout.TOP);
    sizes.explain(legend);
    legend.gap().disc(Mark.INK, "measured");
    if (!heldOut.isEmpty()) {
      legend.ring(Mark.FORETOLD, "foretold");
    }
    if (!frontier.isEmpty()) {
      legend.line(Mark.LAW, "law’s frontier");
      legend.line(Mark.LAW.dashed("6 4"), "… extrapolated");
    }
    if (!scene.dropped().isEmpty()) {
      legend.cross(Mark.DROPPED, "dropped by you");
    }
    return Optional.of(
        new Figure(
            svg,
            "Measured losses against training compute, with the lowest loss that the fitted law gives to each compute%s. Models off the frontier are too large or too small for their compute."
                    .formatted(
                        scene.foretelling().bootstrapped().isPresent()
                            ? " and the "
                                + Quantity.percent(scene.data().confidence())
                                + " interval of one run there"
                            : "")
                + Thinned.note(fit.size())));
  }

  /** The frontier up to the first point beyond {@code most}, or from there on. */
  private static List<double[]> part(
      List<ComputeFrontier.Point> frontier, double most, boolean fitted) {
    int joint = (int) frontier.stream().filter(point -> point.flops() <= most).count();
    return (fitted
            ? frontier.subList(0, Math.min(joint + 1, frontier.size()))
            : frontier.subList(joint, frontier.size()))
        .stream().map(point -> new double[] {point.flops(), point.loss()}).toList();
  }

  private static Hint foretold(Residual residual) {
    return new Hint(
        residual.measured().run(),
        "run %s: foretold %s"
            .formatted(residual.measured().run(), Quantity.significant(residual.predicted(), 5)));
  }

  private static Hint hint(Observation row) {
    return new Hint(
        row.run(),
        "run %s: N %s, D %s, C %s, loss %s"
            .formatted(
                row.run(),
                Quantity.count(row.at().params()),
                Quantity.count(row.at().tokens()),
                Quantity.count(row.at().flops()),
                Quantity.plusMinus(row.loss(), row.standardError())));
  }

  private static double flops(Residual residual) {
    return residual.measured().at().flops();
  }
}
