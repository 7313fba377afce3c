package kleiber.report;

import java.util.List;
import java.util.Optional;
import java.util.stream.DoubleStream;
import java.util.stream.Stream;
import kleiber.fit.Extrapolation;
import kleiber.laws.Observation;
import kleiber.observe.Quantity;
import kleiber.observe.Residual;

/** Predicted against measured loss, and below it by how much each row was missed. */
final class ParityPlot {
  private static final double HEIGHT = 330;
  private static final double RESIDUALS_HEIGHT = 170;

  /** Between the panels. */
  private static final double GAP = 20;

  private ParityPlot() {}

  static Optional<Figure> of(Scene scene, Layout layout) {
    List<Residual> fit = scene.foretelling().residuals();
    if (fit.isEmpty()) {
      return Optional.empty();
    }
    List<Residual> heldOut = scene.foretelling().heldOutResiduals();
    List<Extrapolation.Point> foretold = scene.foretold();
    double height = layout.height(HEIGHT);
    double below = Layout.TOP + height + Layout.AXIS + GAP;
    double residuals = layout.height(RESIDUALS_HEIGHT);
    Svg svg =
        layout.figure(
            "predicted-measured",
            below + residuals,
            "Predicted against measured loss",
            "Above, predicted against measured held-out loss for %d fitted and %d held-out rows with the line of equality; below, the relative error of each against compute. Mean absolute error of the fitted rows: %s."
                .formatted(
                    fit.size(),
                    heldOut.size(),
                    Quantity.percent(scene.foretelling().trainingError())));
    Sizes sizes = scene.sizes();
    Axis[] axes = parity(fit, heldOut, foretold, scene.data().unit());
    Plot parity = new Plot(svg, layout.left, Layout.TOP, layout.panel, height, axes[0], axes[1]);
    parity.line(
        List.of(
            new double[] {axes[0].low(), axes[0].low()},
            new double[] {axes[0].high(), axes[0].high()}),
        Mark.INK.dashed("4 3"),
        Hint.NONE);
    axes = errors(fit, heldOut, foretold);
    Plot errors = new Plot(svg, layout.left, below, layout.panel, residuals, axes[0], axes[1]);
    errors.level(0, Mark.INK.dashed("4 3")).boundary(scene);
    for (Residual residual : Thinned.of(fit)) {
      Mark mark = sizes.mark(residual.measured().at().params());
      parity.disc(residual.measured().loss(), residual.predicted(), mark, hint(residual));
      errors.disc(flops(residual), 100 * residual.relativeError(), mark, hint(residual));
    }
    for (Extrapolation.Point point : Thinned.of(foretold)) {
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
    for (Residual residual : Thinned.of(heldOut)) {
      Hint hint = hint(residual);
      parity.ring(residual.measured().loss(), residual.predicted(), Mark.FORETOLD, hint);
      errors.ring(flops(residual), 100 * residual.relativeError(), Mark.FORETOLD, hint);
    }

    Legend legend = layout.legend(svg, Layout.TOP);
    sizes.explain(legend);
    legend.gap().disc(Mark.INK, "fitted");
    if (!heldOut.isEmpty()) {
      legend.ring(Mark.FORETOLD, "foretold, not fitted");
    }
    if (!foretold.isEmpty()) {
      legend.errorBar(Mark.FORETOLD, Quantity.percent(scene.data().confidence()) + " interval");
    }
    legend.line(Mark.INK.dashed("4 3"), "predicted = measured");
    return Optional.of(
        new Figure(
            svg,
            "Above: loss predicted by the law against loss measured; on the broken line they are"
                + " equal. Below: relative error against training compute."
                + Thinned.note(fit.size())));
  }

  /** A foretold point in words. */
  static Hint hint(Extrapolation.Point point) {
    double halfWidth = (point.interval().high() - point.interval().low()) / 2;
    return new Hint(
        point.measured().run(),
        "run %s: foretold %s [%s, %s], measured %s, error %s"
            .formatted(
                point.measured().run(),
                Quantity.within(point.predicted(), halfWidth),
                Quantity.within(point.interval().low(), halfWidth),
                Quantity.within(point.interval().high(), halfWidth),
                Quantity.plusMinus(point.measured().loss(), point.measured().standardError()),
                Quantity.percent(point.relativeError())));
  }

  private static Axis[] parity(
      List<Residual> fit, List<Residual> heldOut, List<Extrapolation.Point> foretold, String unit) {
    double[] losses =
        DoubleStream.concat(
                Stream.concat(fit.stream(), heldOut.stream())
                    .flatMapToDouble(r -> DoubleStream.of(r.measured().loss(), r.predicted())),
                foretold.stream()
                    .flatMapToDouble(p -> DoubleStream.of(p.interval().low(), p.interval().high())))
            .toArray();
    return new Axis[] {
      Axis.log("Measured loss, " + unit, DoubleStream.of(losses)),
      Axis.log("Predicted loss, " + unit, DoubleStream.of(losses))
    };
  }

  private static Axis[] errors(
      List<Residual> fit, List<Residual> heldOut, List<Extrapolation.Point> foretold) {
    List<Residual> all = Stream.concat(fit.stream(), heldOut.stream()).toList();
    return new Axis[] {
      Axis.log("Training compute C, FLOPs", all.stream().mapToDouble(ParityPlot::flops)),
      Axis.aroundZero(
          "Error, %",
          DoubleStream.concat(
              all.stream().mapToDouble(residual -> 100 * residual.relativeError()),
              foretold.stream()
                  .flatMapToDouble(
                      p ->
                          DoubleStream.of(p.interval().low(), p.interval().high())
                              .map(loss -> 100 * (loss / p.measured().loss() - 1)))))
    };
  }

  private static Hint hint(Residual residual) {
    Observation row = residual.measured();
    return new Hint(
        row.run(),
        "run %s: N %s, D %s, measured %s, predicted %s, error %s"
            .formatted(
                row.run(),
                Quantity.count(row.at().params()),
                Quantity.count(row.at().tokens()),
                Quantity.plusMinus(row.loss(), row.standardError()),
                Quantity.within(residual.predicted(), row.standardError()),
                Quantity.percent(residual.relativeError())));
  }

  private static double flops(Residual residual) {
    return residual.measured().at().flops();
  }
}
