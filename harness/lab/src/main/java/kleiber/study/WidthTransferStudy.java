package kleiber.study;

import java.util.ArrayList;
import java.util.List;
import kleiber.estimate.Estimate;
import kleiber.estimate.RateLine;
import kleiber.estimate.RateTransfer;
import kleiber.estimate.Vertex;
import kleiber.experiment.WidthTransfer;
import kleiber.fit.Interval;
import kleiber.observe.Analysis;
import kleiber.observe.Quantity;
import kleiber.study.StudyTable.Cell;

/**
 * Basins of the learning rate over widths, for each parametrization: under muP their minima are to
 * stay where they are (Yang et al. 2022, arXiv:2203.03466, figure 1). The rate that is best at the
 * smallest width is tried at the largest, which the slope was not fitted to where it is held out.
 */
public final class WidthTransferStudy implements Study<WidthTransfer> {
  /** A best rate that moves by less than this power of width is the same for practice. */
  private static final double SAME = 0.25;

  @Override
  public Class<WidthTransfer> plan() {
    return WidthTransfer.class;
  }

  @Override
  public String title() {
    return "Learning rates over widths";
  }

  @Override
  public void write(WidthTransfer plan, Analysis analysis, StudyDraft draft) {
    List<FinalLoss> runs = FinalLoss.of(analysis);
    RunNoise noise = RunNoise.of(analysis, runs);
    double confidence = analysis.experiment().fit().confidence();
    List<WidthSeries> all = WidthSeries.of(runs, noise, confidence);
    for (WidthSeries series : all) {
      slope(series, confidence, draft);
    }
    for (WidthSeries series : all) {
      transfer(series, noise, analysis.unit(), draft);
      draft
          .table(table(series, confidence))
          .figure(figure(series, all.indexOf(series), analysis.unit()));
    }
    draft.sentence(noise.source());
  }

  private static void slope(WidthSeries series, double confidence, StudyDraft draft) {
    List<WidthSeries.Width> fitted = series.fitted();
    RateTransfer transfer;
    try {
      transfer =
          RateTransfer.fit(
              fitted.stream().mapToDouble(WidthSeries.Width::width).toArray(),
              fitted.stream().map(WidthSeries.Width::line).toList(),
              confidence);
    } catch (IllegalArgumentException refusal) {
      draft.sentence(
          "How the best rate moves in %s is not known: %s."
              .formatted(series.name(), refusal.getMessage()));
      return;
    }
    String over =
        "over widths %d to %d".formatted(fitted.getFirst().width(), fitted.getLast().width());
    long own = fitted.stream().filter(its -> its.line().vertex() == Vertex.INSIDE).count();
    String minima =
        "%d of %d widths %s a minimum of %s own"
            .formatted(own, fitted.size(), own == 1 ? "has" : "have", own == 1 ? "its" : "their");
    if (own < 2) {
      draft.sentence(
          "How the best rate moves in %s %s is not known: %s, and a slope takes two."
              .formatted(series.name(), over, minima));
      return;
    }
    int largest = series.largest().width();
    draft
        .number("slope of the best rate over width, " + series.name(), transfer.slope(), "")
        .number(
            "best rate at width %d by it, %s".formatted(largest, series.name()),
            transfer.rateAt(largest),
            "")
        .sentence(
            "In %s the best learning rate moves as width^%s %s (%s): %s."
                .formatted(
                    series.name(),
                    Wording.number(transfer.slope()),
                    over,
                    minima,
                    verdict(transfer.slope().interval())));
  }

  private static String verdict(Interval slope) {
    if (slope.low() > -SAME && slope.high() < SAME) {
      return "it stays where it is";
    }
    return slope.holds(0)
        ? "the interval is too wide to tell whether it stays"
        : slope.high() < 0 ? "it falls with width" : "it rises with width";
  }

  private static void transfer(WidthSeries series, RunNoise noise, String unit, StudyDraft draft) {
    RateLine small = series.smallest().line();
    RateLine large = series.largest().line();
    double rate = small.vertex() == Vertex.INSIDE ? small.learningRate() : small.lowest().rate();
    double cost = large.measured(rate) - large.lowest().loss();
    String where =
        "The rate that is best at width %d of %s, %s%s,"
            .formatted(
                series.smallest().width(),
                series.name(),
                Quantity.significant(rate, 2),
                small.vertex() == Vertex.INSIDE
                    ? ""
                    : " (that of the lowest loss; "
                        + HyperparameterLawStudy.why(small.vertex())
                        + ")");
    if (Double.isNaN(cost)) {
      draft.sentence(
          "%s was not tried at width %d, %s times as wide."
              .formatted(where, series.largest().width(), series.growth()));
      return;
    }
    double deviation = Math.sqrt(2) * noise.of(large.lowest().loss());
    String lowest = Quantity.within(large.lowest().loss(), 0.001);
    String differ = "two runs differ by " + Quantity.within(deviation, 0.001);
    draft
        .number(
            "cost at width %d of the rate of width %d, %s"
                .formatted(series.largest().width(), series.smallest().width(), series.name()),
            cost,
            unit)
        .number(
            "lowest loss at width %d, %s".formatted(series.largest().width(), series.name()),
            large.lowest().loss(),
            unit)
        .sentence(
            cost == 0
                ? "%s has the lowest loss of those tried at width %d too, %s; %s."
                    .formatted(where, series.largest().width(), lowest, differ)
                : "%s costs %s nats (%s) at width %d, whose lowest loss is %s at %s; %s."
                    .formatted(
                        where,
                        Quantity.within(cost, 0.001),
                        Quantity.percent(cost / large.lowest().loss()),
                        series.largest().width(),
                        lowest,
                        Quantity.significant(large.lowest().rate(), 2),
                        differ));
  }

  private static StudyTable table(WidthSeries series, double confidence) {
    StudyTable table =
        StudyTable.of(
            "Best learning rates in " + series.name(),
            "Width",
            "Rates tried",
            "Best rate",
            Quantity.percent(confidence) + " interval",
            "Lowest loss",
            "At rate",
            "Side");
    for (WidthSeries.Width width : series.widths()) {
      RateLine line = width.line();
      boolean inside = line.vertex() == Vertex.INSIDE;
      Estimate best = line.minimum().exp();
      table =
          table.row(
              Cell.of(Integer.toString(width.width()), width.width()),
              Cell.of(Integer.toString(line.means().size()), line.means().size()),
              inside ? BestRates.number(best.value()) : Cell.of("–"),
              Cell.of(
                  inside
                      ? Intervals.ends(best.interval())
                      : HyperparameterLawStudy.why(line.vertex())),
              Cell.of(Quantity.within(line.lowest().loss(), 0.001), line.lowest().loss()),
              BestRates.number(line.lowest().rate()),
              Cell.of(width.heldOut() ? "held out" : "fitted"));
    }
    return table;
  }

  private static StudyFigure figure(WidthSeries series, int index, String unit) {
    List<StudyFigure.Series> lines = new ArrayList<>();
    for (int i = 0; i < series.widths().size(); i++) {
      WidthSeries.Width width = series.widths().get(i);
      List<StudyFigure.Point> points =
          width.line().means().stream()
              .map(mean -> StudyFigure.Point.of(mean.rate(), mean.loss()))
              .toList();
      lines.add(new StudyFigure.Series("", StudyFigure.Style.LINE, i, points));
      lines.add(
          new StudyFigure.Series("width " + width.width(), StudyFigure.Style.DOTS, i, points));
    }
    return new StudyFigure(
        "width-transfer-" + (char) ('a' + index),
        "Basins in " + series.name(),
        new StudyFigure.Axis("Learning rate", true),
        new StudyFigure.Axis("Loss, " + unit, false),
        lines,
        "Loss over learning rate at each width in %s, means over seeds.".formatted(series.name()));
  }
}
