package kleiber.report;

import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import kleiber.observe.Quantity;

/** How far the final losses of runs that differ in their seed alone lie from their mean. */
final class SeedNoisePlot {
  private static final double HEIGHT = 220;

  private SeedNoisePlot() {}

  static Optional<Figure> of(Scene scene, Layout layout) {
    List<List<PageRun>> cells =
        scene.data().runs().stream()
            .filter(run -> run.isDone() && run.lastLoss() > 0)
            .collect(Collectors.groupingBy(PageRun::cell, TreeMap::new, Collectors.toList()))
            .values()
            .stream()
            .filter(cell -> cell.size() > 1)
            .sorted(Comparator.comparingDouble(cell -> compute(cell.getFirst())))
            .toList();
    if (cells.isEmpty()) {
      return Optional.empty();
    }
    double height = layout.height(HEIGHT);
    Svg svg =
        layout.figure(
            "seed-noise",
            Layout.TOP + height,
            "Noise between seeds",
            "Final loss over the mean of its cell, in percent, against training compute, for %d cells of runs that differ in their seed alone."
                .formatted(cells.size()));
    Map<String, Double> deviations = new TreeMap<>();
    for (List<PageRun> cell : cells) {
      double mean = cell.stream().mapToDouble(PageRun::lastLoss).average().orElseThrow();
      cell.forEach(run -> deviations.put(run.id(), 100 * (run.lastLoss() / mean - 1)));
    }
    Axis x =
        Axis.log(
            "Training compute C, FLOPs",
            cells.stream().mapToDouble(cell -> compute(cell.getFirst())));
    Axis y =
        Axis.aroundZero(
            "Loss over its cell’s mean, %",
            deviations.values().stream().mapToDouble(Double::doubleValue));
    Plot plot = new Plot(svg, layout.left, Layout.TOP, layout.panel, height, x, y);
    plot.level(0, Mark.INK.dashed("4 3"));
    Sizes sizes = scene.sizes();
    for (List<PageRun> cell : cells) {
      for (PageRun run : cell) {
        plot.disc(
            compute(run),
            deviations.get(run.id()),
            sizes.mark(scene.params(run)),
            new Hint(
                run.id(),
                "run %s: loss %s, %s off the mean of %d seeds"
                    .formatted(
                        run.id(),
                        Quantity.significant(run.lastLoss(), 5),
                        Quantity.percent(deviations.get(run.id()) / 100),
                        cell.size())));
      }
    }
    sizes.explain(layout.legend(svg, Layout.TOP));
    return Optional.of(
        new Figure(
            svg,
            "Final losses of runs that differ in their seed alone, over the mean of their cell:"
                + " what lies closer together than this ranks nothing."));
  }

  private static double compute(PageRun run) {
    return run.flopsPerToken() * run.lastTokens();
  }
}
