package kleiber.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.DoubleStream;
import kleiber.experiment.Words;
import kleiber.fit.Extrapolation;
import kleiber.observe.Quantity;

/** Held-out loss against training tokens: a line for each run, and what was foretold. */
final class LossCurves {
  private static final double HEIGHT = 400;

  /** Points that lie closer than this to where the line goes anyway are not drawn, in pixels. */
  private static final double NEAR = 0.3;

  private LossCurves() {}

  static Optional<Figure> of(Scene scene, Layout layout) {
    List<PageRun> runs =
        scene.data().runs().stream().filter(run -> measured(run).findAny().isPresent()).toList();
    if (runs.isEmpty()) {
      return Optional.empty();
    }
    List<Extrapolation.Point> foretold = scene.foretold();
    Sizes sizes = scene.sizes();
    double height = layout.height(HEIGHT);
    Svg svg =
        layout.figure(
            "loss-curves",
            Layout.TOP + height,
            "Loss curves",
            "Held-out loss in %s against training tokens, both logarithmic, for %d runs of %s to %s parameters."
                .formatted(
                    scene.data().unit(),
                    runs.size(),
                    Quantity.count(sizes.params().getFirst()),
                    Quantity.count(sizes.params().getLast())));
    Axis x =
        Axis.log(
            "Training tokens D",
            runs.stream().flatMapToDouble(run -> DoubleStream.of(run.tokens())));
    Axis y =
        Axis.log(
            "Held-out loss, " + scene.data().unit(),
            DoubleStream.concat(
                runs.stream().flatMapToDouble(LossCurves::measured),
                foretold.stream()
                    .flatMapToDouble(
                        p -> DoubleStream.of(p.interval().low(), p.interval().high()))));
    Plot plot = new Plot(svg, layout.left, Layout.TOP, layout.panel, height, x, y);
    Set<String> heldOut = scene.heldOutRuns();
    for (PageRun run : runs) {
      boolean dropped = scene.choice().dropped().contains(run.id());
      Mark mark = dropped ? Mark.DROPPED.wide(1) : sizes.mark(scene.params(run));
      curve(plot, run, scene, mark, heldOut.contains(run.id()));
    }
    for (Extrapolation.Point point : Thinned.of(foretold)) {
      double tokens = point.measured().at().tokens();
      plot.errorBar(tokens, point.interval().low(), point.interval().high(), Mark.FORETOLD);
      plot.ring(tokens, point.predicted(), Mark.FORETOLD, ParityPlot.hint(point));
    }

    Legend legend = layout.legend(svg, Layout.TOP);
    sizes.explain(legend);
    legend.gap();
    if (!foretold.isEmpty()) {
      legend.ring(Mark.FORETOLD, "foretold, not fitted");
    }
    if (!runs.stream().allMatch(PageRun::isDone)) {
      legend.cross(Mark.INK, "ended early");
    }
    return Optional.of(
        new Figure(
            svg,
            "Held-out loss (%s) of every run at its checkpoints; colour is model size. "
                    .formatted(scene.data().heldOut())
                + "Thick lines are runs held out from the fit; broken lines are runs that ended"
                + " early."));
  }

  private static void curve(Plot plot, PageRun run, Scene scene, Mark mark, boolean heldOut) {
    List<double[]> points = new ArrayList<>();
    for (int row = 0; row < run.losses().length; row++) {
      if (run.losses()[row] > 0 && Double.isFinite(run.losses()[row])) {
        points.add(new double[] {run.tokens()[row], run.losses()[row]});
      }
    }
    double[] last = points.getLast();
    Mark line = heldOut ? mark.wide(3) : run.isDone() ? mark : mark.dashed("5 3");
    Hint hint =
        new Hint(
            run.id(),
            "run %s: N %s, D %s, loss %s (%s)"
                .formatted(
                    run.id(),
                    Quantity.count(scene.params(run)),
                    Quantity.count(last[0]),
                    Quantity.plusMinus(last[1], run.errors()[run.errors().length - 1]),
                    Words.of(run.state())));
    plot.curve(points, NEAR, line, hint);
    if (run.isDone()) {
      plot.disc(last[0], last[1], mark, hint);
    } else {
      plot.cross(last[0], last[1], mark, hint);
    }
  }

  private static DoubleStream measured(PageRun run) {
    return DoubleStream.of(run.losses()).filter(loss -> loss > 0 && Double.isFinite(loss));
  }
}
