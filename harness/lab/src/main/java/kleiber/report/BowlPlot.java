package kleiber.report;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import kleiber.estimate.Bowl;
import kleiber.estimate.Trial;
import kleiber.estimate.Vertex;
import kleiber.observe.Quantity;

/**
 * Loss over peak learning rate, a line for each model, data and batch size, where the rates of a
 * grid differ at one of them.
 */
final class BowlPlot {
  private static final double HEIGHT = 340;

  /** Rates that a line must have at least: fewer show no bowl. */
  private static final int LEAST = 3;

  /** Losses that count for the bowl of a cell, above the lowest. */
  private static final double WINDOW = 0.05;

  private BowlPlot() {}

  /** Runs of one model on so much data. */
  private record Cell(double params, double tokens) {}

  static Optional<Figure> of(Scene scene, Layout layout) {
    Map<Cell, List<PageRun>> cells = cells(scene);
    if (cells.isEmpty()) {
      return Optional.empty();
    }
    List<PageRun> all = cells.values().stream().flatMap(List::stream).toList();
    double height = layout.height(HEIGHT);
    Svg svg =
        layout.figure(
            "hyperparameters",
            Layout.TOP + height,
            "Loss over learning rate",
            "Final held-out loss against peak learning rate for %d combinations of model and data size."
                .formatted(cells.size()));
    Axis x = Axis.log("Peak learning rate", all.stream().mapToDouble(PageRun::learningRate));
    Axis y =
        Axis.log(
            "Final held-out loss, " + scene.data().unit(),
            all.stream().mapToDouble(PageRun::lastLoss));
    Plot plot = new Plot(svg, layout.left, Layout.TOP, layout.panel, height, x, y);
    Sizes sizes = scene.sizes();
    List<String> optima = new ArrayList<>();
    cells.forEach(
        (cell, runs) -> {
          Mark mark = sizes.mark(cell.params);
          lines(plot, scene, runs, mark);
          bowl(runs)
              .ifPresent(
                  bowl -> {
                    String said =
                        "N %s, D %s: lowest at rate %s, batch %s"
                            .formatted(
                                Quantity.count(cell.params),
                                Quantity.count(cell.tokens),
                                Quantity.significant(bowl.learningRate(), 2),
                                Quantity.significant(bowl.batch(), 2));
                    plot.ring(bowl.learningRate(), bowl.loss(), Mark.LAW, Hint.of(said));
                    optima.add(said);
                  });
        });
    Legend legend = layout.legend(svg, Layout.TOP);
    sizes.explain(legend);
    if (!optima.isEmpty()) {
      legend.gap().ring(Mark.LAW, "lowest of a bowl");
    }
    return Optional.of(
        new Figure(
            svg,
            "Final loss over peak learning rate; a line joins the runs of one model, data and batch size.%s"
                .formatted(
                    optima.isEmpty()
                        ? ""
                        : " Quadratic bowls in rate and batch within 5 % of the lowest loss: "
                            + String.join("; ", optima)
                            + ".")));
  }

  private static Map<Cell, List<PageRun>> cells(Scene scene) {
    Map<Cell, List<PageRun>> cells =
        scene.data().runs().stream()
            .filter(run -> run.isDone() && run.lastLoss() > 0)
            .collect(
                Collectors.groupingBy(
                    run -> new Cell(scene.params(run), run.lastTokens()),
                    () ->
                        new TreeMap<>(
                            Comparator.comparingDouble(Cell::params)
                                .thenComparingDouble(Cell::tokens)),
                    Collectors.toList()));
    cells
        .values()
        .removeIf(
            runs -> runs.stream().mapToDouble(PageRun::learningRate).distinct().count() < LEAST);
    return cells;
  }

  private static void lines(Plot plot, Scene scene, List<PageRun> runs, Mark mark) {
    Map<Double, List<PageRun>> byBatch =
        runs.stream()
            .sorted(Comparator.comparingDouble(PageRun::learningRate))
            .collect(Collectors.groupingBy(PageRun::batch, TreeMap::new, Collectors.toList()));
    byBatch.forEach(
        (batch, its) -> {
          plot.line(
              its.stream().map(run -> new double[] {run.learningRate(), run.lastLoss()}).toList(),
              mark.wide(1.2),
              Hint.NONE);
          for (PageRun run : its) {
            plot.disc(
                run.learningRate(),
                run.lastLoss(),
                mark,
                new Hint(
                    run.id(),
                    "run %s: N %s, D %s, batch %s tokens, rate %s, loss %s"
                        .formatted(
                            run.id(),
                            Quantity.count(scene.params(run)),
                            Quantity.count(run.lastTokens()),
                            Quantity.count(batch),
                            Quantity.significant(run.learningRate(), 3),
                            Quantity.significant(run.lastLoss(), 5))));
          }
        });
  }

  /** The bowl of a cell, where its optimum means anything. */
  private static Optional<Bowl> bowl(List<PageRun> runs) {
    if (runs.stream().mapToDouble(PageRun::batch).distinct().count() < LEAST) {
      return Optional.empty();
    }
    List<Trial> trials =
        runs.stream()
            .map(run -> new Trial(run.learningRate(), run.batch(), run.lastLoss()))
            .toList();
    return Optional.of(Bowl.fit(trials, WINDOW)).filter(bowl -> bowl.vertex() == Vertex.INSIDE);
  }
}
