package kleiber.report;

import java.util.List;
import java.util.Optional;
import java.util.stream.DoubleStream;
import java.util.stream.Stream;
import kleiber.experiment.FitPlan;
import kleiber.fit.Extrapolation;
import kleiber.laws.Observation;
import kleiber.observe.Analysis;
import kleiber.observe.Quantity;
import kleiber.observe.Residual;

/** Predicted against measured loss, and below it by how much each row was missed. */
final class ParityPlot {
  private static final double HEIGHT = 330;
  private static final double RESIDUALS_TOP = Figure.TOP + HEIGHT + 72;
  private static final double RESIDUALS_HEIGHT = 170;

  private ParityPlot() {}

  static Optional<Figure> of(Analysis analysis) {
    List<Residual> fit = analysis.residuals();
    if (fit.isEmpty()) {
      return Optional.empty();
    }
    FitPlan plan = analysis.experiment().fit();
    List<Residual> heldOut = analysis.heldOutResiduals();
    List<Extrapolation.Point> foretold =
        analysis.extrapolation().map(Extrapolation::points).orElse(List.of());
    Svg svg =
        new Svg(
            "predicted-measured",
            Figure.WIDTH,
            RESIDUALS_TOP + RESIDUALS_HEIGHT + 60,
            "Predicted against measured loss",
            "Above, predicted against measured held-out loss for %d fitted and %d held-out rows with the line of equality; below, the relative error of each against compute. Mean absolute error of the fitted rows: %s."
                .formatted(fit.size(), heldOut.size(), Quantity.percent(analysis.trainingError())));
    Sizes sizes = Sizes.of(analysis);
    Plot parity = parity(svg, fit, heldOut, foretold);
    Plot errors = errors(svg, plan, fit, heldOut, foretold);
    for (Residual residual : fit) {
      Mark mark = sizes.mark(residual.measured().at().params());
      parity.disc(residual.measured().loss(), residual.predicted(), mark, tooltip(residual));
      errors.disc(flops(residual), 100 * residual.relativeError(), mark, tooltip(residual));
    }
    for (Extrapolation.Point point : foretold) {
      double loss = point.measured().loss();
      double low = point.interval().low();
      double high = point.interval().high();
      parity.errorBar(loss, low, high, Mark.FORETOLD);
      errors.errorBar(
          point.measured().at().flops(),
          100 * (low / loss - 1),
          100 * (high / loss - 1),
          Mark.FORETOLD);
    }
    for (Residual residual : heldOut) {
      String tooltip = tooltip(residual);
      parity.ring(residual.measured().loss(), residual.predicted(), Mark.FORETOLD, tooltip);
      errors.ring(flops(residual), 100 * residual.relativeError(), Mark.FORETOLD, tooltip);
    }

    Legend legend = new Legend(svg, Figure.LEGEND, Figure.TOP);
    sizes.explain(legend);
    legend.gap().disc(Mark.INK, "fitted");
    if (!heldOut.isEmpty()) {
      legend.ring(Mark.FORETOLD, "foretold, not fitted");
    }
    if (!foretold.isEmpty()) {
      legend.errorBar(Mark.FORETOLD, Quantity.percent(plan.confidence()) + " interval");
    }
    legend.line(Mark.INK.dashed("4 3"), "predicted = measured");
    return Optional.of(
        new Figure(
            svg,
            "Above: loss predicted by the law against loss measured; on the broken line they are"
                + " equal. Below: relative error against training compute."));
  }

  /** A foretold point in words. */
  static String tooltip(Extrapolation.Point point) {
    double halfWidth = (point.interval().high() - point.interval().low()) / 2;
    return "run %s: foretold %s [%s, %s], measured %s, error %s"
        .formatted(
            point.measured().run(),
            Quantity.within(point.predicted(), halfWidth),
            Quantity.within(point.interval().low(), halfWidth),
            Quantity.within(point.interval().high(), halfWidth),
            Quantity.plusMinus(point.measured().loss(), point.measured().standardError()),
            Quantity.percent(point.relativeError()));
  }

  private static Plot parity(
      Svg svg, List<Residual> fit, List<Residual> heldOut, List<Extrapolation.Point> foretold) {
    double[] losses =
        DoubleStream.concat(
                Stream.concat(fit.stream(), heldOut.stream())
                    .flatMapToDouble(r -> DoubleStream.of(r.measured().loss(), r.predicted())),
                foretold.stream()
                    .flatMapToDouble(p -> DoubleStream.of(p.interval().low(), p.interval().high())))
            .toArray();
    Axis x = Axis.log("Measured loss, nats per token", DoubleStream.of(losses));
    Axis y = Axis.log("Predicted loss, nats per token", DoubleStream.of(losses));
    Plot plot = new Plot(svg, Figure.LEFT, Figure.TOP, Figure.PANEL, HEIGHT, x, y);
    return plot.line(
        List.of(new double[] {x.low(), x.low()}, new double[] {x.high(), x.high()}),
        Mark.INK.dashed("4 3"),
        "");
  }

  private static Plot errors(
      Svg svg,
      FitPlan plan,
      List<Residual> fit,
      List<Residual> heldOut,
      List<Extrapolation.Point> foretold) {
    List<Residual> all = Stream.concat(fit.stream(), heldOut.stream()).toList();
    Axis x = Axis.log("Training compute C, FLOPs", all.stream().mapToDouble(ParityPlot::flops));
    Axis y =
        Axis.aroundZero(
            "Error, %",
            DoubleStream.concat(
                all.stream().mapToDouble(residual -> 100 * residual.relativeError()),
                foretold.stream()
                    .flatMapToDouble(
                        p ->
                            DoubleStream.of(p.interval().low(), p.interval().high())
                                .map(loss -> 100 * (loss / p.measured().loss() - 1)))));
    Plot plot = new Plot(svg, Figure.LEFT, RESIDUALS_TOP, Figure.PANEL, RESIDUALS_HEIGHT, x, y);
    return plot.level(0, Mark.INK.dashed("4 3"))
        .boundary(plan.holdOut().flopsAbove(), "held-out runs end beyond");
  }

  private static String tooltip(Residual residual) {
    Observation row = residual.measured();
    return "run %s: N %s, D %s, measured %s, predicted %s, error %s"
        .formatted(
            row.run(),
            Quantity.count(row.at().params()),
            Quantity.count(row.at().tokens()),
            Quantity.plusMinus(row.loss(), row.standardError()),
            Quantity.within(residual.predicted(), row.standardError()),
            Quantity.percent(residual.relativeError()));
  }

  private static double flops(Residual residual) {
    return residual.measured().at().flops();
  }
}
