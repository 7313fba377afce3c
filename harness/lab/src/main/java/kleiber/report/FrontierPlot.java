package kleiber.report;

import java.util.List;
import java.util.Optional;
import java.util.stream.DoubleStream;
import java.util.stream.Stream;
import kleiber.experiment.FitPlan;
import kleiber.fit.Extrapolation;
import kleiber.laws.Observation;
import kleiber.observe.Analysis;
import kleiber.observe.ComputeFrontier;
import kleiber.observe.Quantity;
import kleiber.observe.Residual;

/** Loss against compute: the rows, the law's compute-optimal frontier and its interval. */
final class FrontierPlot {
  private static final double HEIGHT = 400;
  private static final double BEYOND = 3;

  private FrontierPlot() {}

  static Optional<Figure> of(Analysis analysis) {
    List<Residual> rows =
        Stream.concat(analysis.residuals().stream(), analysis.heldOutResiduals().stream()).toList();
    if (analysis.residuals().isEmpty()) {
      return Optional.empty();
    }
    FitPlan plan = analysis.experiment().fit();
    double most =
        analysis.residuals().stream().mapToDouble(FrontierPlot::flops).max().orElseThrow();
    double low = rows.stream().mapToDouble(FrontierPlot::flops).min().orElseThrow();
    double high = BEYOND * rows.stream().mapToDouble(FrontierPlot::flops).max().orElseThrow();
    List<ComputeFrontier.Point> frontier = ComputeFrontier.of(analysis, low, high);
    List<Extrapolation.Point> foretold =
        analysis.extrapolation().map(Extrapolation::points).orElse(List.of());

    Svg svg =
        new Svg(
            "loss-compute",
            Figure.WIDTH,
            Figure.TOP + HEIGHT + 60,
            "Loss against compute",
            "Held-out loss against training compute, both logarithmic: the measured rows, and the lowest loss that the fitted law gives to each compute, from %s to %s FLOPs; the largest compute fitted is %s."
                .formatted(Quantity.count(low), Quantity.count(high), Quantity.count(most)));
    Axis x = Axis.log("Training compute C, FLOPs", DoubleStream.of(low, high));
    Axis y =
        Axis.log(
            "Held-out loss, nats per token",
            DoubleStream.concat(
                rows.stream().mapToDouble(residual -> residual.measured().loss()),
                frontier.stream()
                    .flatMapToDouble(
                        point ->
                            point
                                .interval()
                                .map(i -> DoubleStream.of(i.low(), i.high()))
                                .orElse(DoubleStream.of(point.loss())))));
    Plot plot = new Plot(svg, Figure.LEFT, Figure.TOP, Figure.PANEL, HEIGHT, x, y);
    plot.band(
        frontier.stream()
            .filter(point -> point.interval().isPresent())
            .map(
                point ->
                    new double[] {
                      point.flops(), point.interval().get().low(), point.interval().get().high()
                    })
            .toList(),
        new Mark("band", "#0072b2", 0, ""),
        "");
    plot.line(part(frontier, most, true), Mark.LAW, "the law's frontier");
    plot.line(
        part(frontier, most, false), Mark.LAW.dashed("6 4"), "the law's frontier, extrapolated");
    plot.boundary(plan.holdOut().flopsAbove(), "held-out runs end beyond");

    Sizes sizes = Sizes.of(analysis);
    for (Residual residual : analysis.residuals()) {
      Observation row = residual.measured();
      plot.disc(row.at().flops(), row.loss(), sizes.mark(row.at().params()), tooltip(row));
    }
    for (Extrapolation.Point point : foretold) {
      plot.errorBar(
          point.measured().at().flops(),
          point.interval().low(),
          point.interval().high(),
          Mark.FORETOLD);
    }
    for (Residual residual : analysis.heldOutResiduals()) {
      Observation row = residual.measured();
      plot.ring(row.at().flops(), residual.predicted(), Mark.FORETOLD, "foretold");
      plot.disc(row.at().flops(), row.loss(), sizes.mark(row.at().params()), tooltip(row));
    }

    Legend legend = new Legend(svg, Figure.LEGEND, Figure.TOP);
    sizes.explain(legend);
    legend.gap().disc(Mark.INK, "measured");
    if (!analysis.heldOutResiduals().isEmpty()) {
      legend.ring(Mark.FORETOLD, "foretold");
    }
    if (!frontier.isEmpty()) {
      legend.line(Mark.LAW, "law’s frontier");
      legend.line(Mark.LAW.dashed("6 4"), "… extrapolated");
    }
    return Optional.of(
        new Figure(
            svg,
            "Measured losses against training compute, with the lowest loss that the fitted law gives to each compute%s. Models off the frontier are too large or too small for their compute."
                .formatted(
                    analysis.bootstrapped().isPresent()
                        ? " and the "
                            + Quantity.percent(plan.confidence())
                            + " interval of one run there"
                        : "")));
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

  private static String tooltip(Observation row) {
    return "run %s: N %s, D %s, C %s, loss %s"
        .formatted(
            row.run(),
            Quantity.count(row.at().params()),
            Quantity.count(row.at().tokens()),
            Quantity.count(row.at().flops()),
            Quantity.plusMinus(row.loss(), row.standardError()));
  }

  private static double flops(Residual residual) {
    return residual.measured().at().flops();
  }
}
