package kleiber.study;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import kleiber.estimate.Estimate;
import kleiber.observe.Quantity;
import kleiber.study.StudyTable.Cell;

/** The table and the figure of losses about the rule's rate. */
final class RateCheckPictures {
  /** Steps of a parabola's line. */
  private static final int CURVE = 24;

  private RateCheckPictures() {}

  static StudyTable table(List<RateBowl> bowls, double confidence) {
    StudyTable table =
        StudyTable.of(
            "Where probes tried other rates than the rule’s",
            "N",
            "D",
            "Rule’s rate",
            "Losses by rate",
            "Best rate over the rule’s",
            Quantity.percent(confidence) + " interval",
            "Excess of the rule’s rate");
    for (RateBowl bowl : bowls) {
      boolean known = bowl.minimum().isKnown();
      Estimate best = bowl.minimum().exp();
      double excess = bowl.excess();
      table =
          table.row(
              Cell.of(Quantity.count(bowl.at().params()), bowl.at().params()),
              Cell.of(Quantity.count(bowl.at().tokens()), bowl.at().tokens()),
              Cell.of(Quantity.significant(bowl.rule(), 3), bowl.rule()),
              Cell.of(
                  bowl.losses().entrySet().stream()
                      .map(
                          each ->
                              "×%s: %s"
                                  .formatted(
                                      Quantity.significant(each.getKey() / bowl.rule(), 2),
                                      Quantity.within(each.getValue(), 0.001)))
                      .collect(Collectors.joining(", "))),
              Cell.of(
                  known ? Quantity.significant(best.value(), 3) : "–",
                  known ? best.value() : Double.NaN),
              Cell.of(
                  known
                      ? Quantity.significant(best.interval().low(), 3)
                          + " to "
                          + Quantity.significant(best.interval().high(), 3)
                      : "hidden by noise"),
              Cell.of(known ? Quantity.percent(excess) : "–", known ? excess : Double.NaN));
    }
    return table;
  }

  static StudyFigure figure(List<RateBowl> bowls) {
    List<StudyFigure.Series> series = new ArrayList<>();
    for (int i = 0; i < bowls.size(); i++) {
      RateBowl bowl = bowls.get(i);
      double lowest =
          bowl.losses().values().stream().mapToDouble(Double::doubleValue).min().orElseThrow();
      List<StudyFigure.Point> curve = new ArrayList<>();
      double from = Math.log(bowl.losses().firstKey() / bowl.rule());
      double to = Math.log(bowl.losses().lastKey() / bowl.rule());
      for (int step = 0; step <= CURVE; step++) {
        double x = from + (to - from) * step / CURVE;
        curve.add(StudyFigure.Point.of(Math.exp(x), 100 * (bowl.minimum().value(x) / lowest - 1)));
      }
      series.add(new StudyFigure.Series("", StudyFigure.Style.LINE, i, curve));
      series.add(
          new StudyFigure.Series(
              bowl.name(),
              StudyFigure.Style.DOTS,
              i,
              bowl.losses().entrySet().stream()
                  .map(
                      each ->
                          StudyFigure.Point.of(
                              each.getKey() / bowl.rule(), 100 * (each.getValue() / lowest - 1)))
                  .toList()));
    }
    return new StudyFigure(
        "rate-check",
        "Loss about the rule’s rate",
        new StudyFigure.Axis("Learning rate over the rule’s", true),
        new StudyFigure.Axis("Loss above the lowest of its cell, %", false),
        series,
        "Losses of probes at other learning rates than the rule’s, and the parabola in the"
            + " logarithm of the rate through them.");
  }
}
