package kleiber.report;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import kleiber.fit.FittedLaw;
import kleiber.laws.Observation;
import kleiber.observe.Quantity;

/** How the loss foretold for the largest run would move without each of the runs fitted. */
final class InfluencePlot {
  private static final double ROW = 18;
  private static final int MOST = 20;

  /** Clusters beyond which so many fits take too long for a picture. */
  private static final int ENOUGH = 1000;

  private InfluencePlot() {}

  private record Pull(String cluster, double change) {}

  static Optional<Figure> of(Scene scene, Layout layout) {
    List<Observation> fit = scene.foretelling().fit();
    List<String> clusters = fit.stream().map(Observation::cluster).distinct().toList();
    Optional<FittedLaw> fitted = scene.foretelling().usable();
    Optional<Observation> target =
        scene.foretelling().heldOut().stream()
            .max(
                Comparator.comparingDouble((Observation row) -> row.at().flops())
                    .thenComparingDouble(row -> row.at().tokens()));
    if (fitted.isEmpty()
        || scene.refits().isEmpty()
        || target.isEmpty()
        || clusters.size() < 3
        || clusters.size() > ENOUGH
        || fit.size() <= fitted.get().theta().length + 1) {
      return Optional.empty();
    }
    double[][] thetas = scene.refits().orElseThrow().jackknife();
    double whole = fitted.get().loss(target.get().at());
    List<Pull> pulls = new ArrayList<>();
    for (int i = 0; i < thetas.length; i++) {
      double without = fitted.get().law().loss(target.get().at(), thetas[i]);
      pulls.add(new Pull(clusters.get(i), 100 * (whole / without - 1)));
    }
    pulls.sort(Comparator.comparingDouble((Pull pull) -> -Math.abs(pull.change)));
    List<Pull> shown = pulls.subList(0, Math.min(MOST, pulls.size()));
    return Optional.of(draw(scene, layout, shown, pulls.size(), whole));
  }

  private static Figure draw(Scene scene, Layout layout, List<Pull> shown, int all, double whole) {
    double height = ROW * shown.size();
    Svg svg =
        layout.figure(
            "influence",
            Layout.TOP + height,
            "Influence of single runs",
            "By how many percent each of the %d most influential runs moves the loss foretold for the largest run."
                .formatted(shown.size()));
    double left = layout.left + 60;
    double width = layout.width - left - 20;
    Axis x =
        Axis.aroundZero("Change of the loss foretold, %", shown.stream().mapToDouble(Pull::change));
    Plot plot = Plot.ofRows(svg, left, Layout.TOP, width, height, x, shown.size());
    plot.upright(0, Mark.INK.dashed("4 3"));
    Sizes sizes = scene.sizes();
    for (int i = 0; i < shown.size(); i++) {
      Pull pull = shown.get(i);
      double y = shown.size() - i - 0.5;
      Optional<PageRun> run =
          scene.data().runs().stream()
              .filter(its -> its.cluster().equals(pull.cluster))
              .findFirst();
      Mark mark = sizes.mark(scene.params(run.orElseThrow()));
      Hint hint =
          new Hint(
              run.get().id(),
              "without %s the law foretells %s"
                  .formatted(
                      pull.cluster, Quantity.significant(whole / (1 + pull.change / 100), 5)));
      plot.line(List.of(new double[] {0, y}, new double[] {pull.change, y}), mark.wide(2), hint);
      plot.disc(pull.change, y, mark, hint);
      svg.text(left - 8, Layout.TOP + ROW * (i + 0.5) + 4, name(scene, run.get()), "end", "tick");
    }
    return new Figure(
        svg,
        "By how much each run%s moves the loss foretold for the largest run: what the law says of it with the run, over what it says without it. Runs are named by N · D; colour is model size."
            .formatted(
                all > shown.size()
                    ? " (the %d of %d that move it most)".formatted(shown.size(), all)
                    : ""));
  }

  /** N and D of a run; of a trunk those of its first branch. */
  private static String name(Scene scene, PageRun run) {
    return Quantity.count(scene.params(run)) + " · " + Quantity.count(run.lastTokens());
  }
}
