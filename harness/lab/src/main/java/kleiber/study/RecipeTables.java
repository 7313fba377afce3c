package kleiber.study;

import java.util.ArrayList;
import java.util.List;
import kleiber.estimate.Estimate;
import kleiber.observe.Quantity;
import kleiber.study.StudyFigure.Point;
import kleiber.study.StudyFigure.Series;
import kleiber.study.StudyFigure.Style;
import kleiber.study.StudyTable.Cell;

/** What was measured of recipes, in tables and a figure. */
final class RecipeTables {
  private RecipeTables() {}

  static List<Point> points(CommonSizes common) {
    List<Point> points = new ArrayList<>();
    for (SharedSize size : common.sizes()) {
      Estimate share = common.difference(size);
      boolean known = Double.isFinite(share.interval().high());
      points.add(
          new Point(
              size.flops(),
              100 * share.value(),
              known ? 100 * share.interval().low() : Double.NaN,
              known ? 100 * share.interval().high() : Double.NaN));
    }
    return points;
  }

  static StudyTable sizes(CommonSizes common, String unit) {
    String a = common.a();
    String b = common.b();
    StudyTable table =
        StudyTable.of(
            "%s over %s as measured, %s; mean over the seeds that both have, or over all where they have none in common; N and FLOPs of %s"
                .formatted(a, b, unit, a),
            "N",
            "D",
            "FLOPs",
            "Seeds",
            "Loss of " + a,
            "Loss of " + b,
            "Difference",
            Quantity.percent(common.confidence()) + " interval",
            "Side");
    for (SharedSize size : common.sizes()) {
      Estimate share = common.difference(size);
      table =
          table.row(
              Cell.of(Quantity.count(size.ofA().params()), size.ofA().params()),
              Cell.of(Quantity.count(size.ofA().tokens()), size.ofA().tokens()),
              Cell.of(Quantity.count(size.flops()), size.flops()),
              Cell.of(
                  size.paired()
                      ? Integer.toString(size.seeds())
                      : "%d and %d, others".formatted(size.lossOfA().size(), size.lossOfB().size()),
                  size.seeds()),
              Cell.of(Quantity.within(size.meanOfA(), 0.001), size.meanOfA()),
              Cell.of(Quantity.within(size.meanOfB(), 0.001), size.meanOfB()),
              Cell.of(Quantity.percent(share.value()), share.value()),
              Cell.of(Intervals.shares(share.interval())),
              Cell.of(size.heldOut() ? "foretold" : "fitted"));
    }
    return table;
  }

  static StudyTable rates(List<TunedRecipe> recipes) {
    StudyTable table =
        StudyTable.of(
            "The best learning rate of every size and length",
            "Recipe",
            "N",
            "D",
            "Rates tried",
            "Best",
            "Where it lies");
    for (TunedRecipe recipe : recipes) {
      for (TunedRecipe.Range range : recipe.ranges()) {
        table =
            table.row(
                Cell.of(recipe.name()),
                Cell.of(Quantity.count(range.params()), range.params()),
                Cell.of(Quantity.count(range.tokens()), range.tokens()),
                Cell.of(Integer.toString(range.rates().size()), range.rates().size()),
                Cell.of(Quantity.significant(range.best(), 3), range.best()),
                Cell.of(range.words()));
      }
    }
    return table;
  }

  static StudyFigure figure(String baseline, List<Series> series) {
    List<Double> flops =
        series.stream().flatMap(its -> its.points().stream()).map(Point::x).sorted().toList();
    List<Series> all = new ArrayList<>(series);
    all.add(
        new Series(
            baseline,
            Style.DASHED,
            -1,
            List.of(Point.of(flops.getFirst(), 0), Point.of(flops.getLast(), 0))));
    return new StudyFigure(
        "recipes",
        "Loss of each recipe over that of " + baseline,
        new StudyFigure.Axis("Training compute, FLOPs", true),
        new StudyFigure.Axis("Loss over that of %s, %%".formatted(baseline), false),
        all,
        "Below zero a recipe is better than the baseline. Lines: by the laws, over the compute that"
            + " both were fitted at; rings: what they foretold of larger runs; discs: runs of the"
            + " same size and length, each recipe at its best rate, with intervals by the noise"
            + " between seeds.");
  }

  /** The loss at each position of the window: the baseline's first, which stands in all of them. */
  static StudyFigure byPosition(String baseline, List<LossByPosition> others, String unit) {
    List<Series> series = new ArrayList<>();
    for (int i = 0; i < others.size(); i++) {
      series.add(new Series(others.get(i).a(), Style.LINE, i, others.get(i).line(true)));
    }
    series.add(new Series(baseline, Style.LINE, -1, others.getFirst().line(false)));
    return new StudyFigure(
        "loss-by-position",
        "Loss by position in the window",
        new StudyFigure.Axis("Tokens of the window seen", true),
        new StudyFigure.Axis("Loss, " + unit, false),
        series,
        "Mean over the windows of the held-out set and over seeds, at the largest size that a"
            + " recipe shares with the baseline; the baseline’s line is at that of the first.");
  }
}
