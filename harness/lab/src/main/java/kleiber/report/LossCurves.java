package kleiber.report;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.DoubleStream;
import java.util.stream.Stream;
import kleiber.experiment.FitPlan;
import kleiber.experiment.Words;
import kleiber.fit.Extrapolation;
import kleiber.observe.Analysis;
import kleiber.observe.Quantity;
import kleiber.observe.Row;
import kleiber.run.StoredRun;

/** Held-out loss against training tokens: a line for each run, and what was foretold. */
final class LossCurves {
  private static final double HEIGHT = 400;

  private LossCurves() {}

  static Optional<Figure> of(Analysis analysis) {
    FitPlan plan = analysis.experiment().fit();
    List<Row> rows =
        analysis.observations().rows().stream()
            .filter(row -> row.heldOut().equals(plan.heldOut()) && row.loss() > 0)
            .filter(row -> Double.isFinite(row.loss()))
            .toList();
    if (rows.isEmpty()) {
      return Optional.empty();
    }
    List<Extrapolation.Point> foretold =
        analysis.extrapolation().map(Extrapolation::points).orElse(List.of());
    Map<String, List<Row>> byRun =
        rows.stream()
            .collect(Collectors.groupingBy(Row::run, LinkedHashMap::new, Collectors.toList()));

    Svg svg =
        new Svg(
            "loss-curves",
            Figure.WIDTH,
            Figure.TOP + HEIGHT + 60,
            "Loss curves",
            "Held-out loss in nats per token against training tokens, both logarithmic, for %d runs of %s to %s parameters."
                .formatted(
                    byRun.size(),
                    Quantity.count(smallest(analysis)),
                    Quantity.count(largest(analysis))));
    Axis x = Axis.log("Training tokens D", rows.stream().mapToDouble(Row::tokens));
    Axis y =
        Axis.log(
            "Held-out loss, nats per token",
            DoubleStream.concat(
                rows.stream().mapToDouble(Row::loss),
                foretold.stream()
                    .flatMap(p -> Stream.of(p.interval().low(), p.interval().high()))
                    .mapToDouble(Double::doubleValue)));
    Plot plot = new Plot(svg, Figure.LEFT, Figure.TOP, Figure.PANEL, HEIGHT, x, y);
    Sizes sizes = Sizes.of(analysis);
    byRun.values().forEach(run -> curve(plot, run, sizes.mark(params(run.getFirst(), plan)), plan));
    for (Extrapolation.Point point : foretold) {
      double tokens = point.measured().at().tokens();
      plot.errorBar(tokens, point.interval().low(), point.interval().high(), Mark.FORETOLD);
      plot.ring(tokens, point.predicted(), Mark.FORETOLD, ParityPlot.tooltip(point));
    }

    Legend legend = new Legend(svg, Figure.LEGEND, Figure.TOP);
    sizes.explain(legend);
    legend.gap();
    if (!foretold.isEmpty()) {
      legend.ring(Mark.FORETOLD, "foretold, not fitted");
    }
    if (byRun.values().stream().anyMatch(LossCurves::broken)) {
      legend.cross(Mark.INK, "ended early");
    }
    return Optional.of(
        new Figure(
            svg,
            "Held-out loss (%s) of every run at its checkpoints; colour is model size. "
                    .formatted(plan.heldOut())
                + "Thick lines are runs held out from the fit; broken lines are runs that ended"
                + " early."));
  }

  private static void curve(Plot plot, List<Row> run, Mark mark, FitPlan plan) {
    Row last = run.getLast();
    boolean heldOut = run.stream().anyMatch(row -> row.use() == Row.Use.HELD_OUT);
    Mark line = heldOut ? mark.wide(3) : broken(run) ? mark.dashed("5 3") : mark;
    String tooltip =
        "run %s: N %s, D %s, loss %s (%s)"
            .formatted(
                last.run(),
                Quantity.count(params(last, plan)),
                Quantity.count(last.tokens()),
                Quantity.plusMinus(last.loss(), last.standardError()),
                Words.of(last.state()));
    plot.line(
        run.stream().map(row -> new double[] {row.tokens(), row.loss()}).toList(), line, tooltip);
    if (broken(run)) {
      plot.cross(last.tokens(), last.loss(), mark, tooltip);
    } else {
      plot.disc(last.tokens(), last.loss(), mark, tooltip);
    }
  }

  private static boolean broken(List<Row> run) {
    return run.getFirst().state() != StoredRun.State.DONE;
  }

  private static long params(Row row, FitPlan plan) {
    return row.params().get(plan.params());
  }

  private static double smallest(Analysis analysis) {
    return Sizes.of(analysis).params().getFirst();
  }

  private static double largest(Analysis analysis) {
    return Sizes.of(analysis).params().getLast();
  }
}
