package kleiber.study;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import kleiber.estimate.Estimate;
import kleiber.estimate.HyperparameterLaw;
import kleiber.estimate.NestedHyperparameterLaw;
import kleiber.estimate.RateLine;
import kleiber.estimate.Vertex;
import kleiber.experiment.Words;
import kleiber.observe.Quantity;
import kleiber.study.StudyTable.Cell;

/** The best learning rate at each batch, in tables and a figure. */
final class BestRates {
  /** A factor at which an error bar is cut, that others may be seen. */
  private static final double BAR = 3;

  private BestRates() {}

  static StudyTable lines(NestedHyperparameterLaw law) {
    double confidence = law.ofParams().interval().confidence();
    StudyTable table =
        StudyTable.of(
            "The best learning rate at each batch: parabolas in ln(rate) within %s of the lowest loss, the rates beside it always among them"
                .formatted(Quantity.percent(NestedHyperparameterLaw.WINDOW)),
            "N",
            "D",
            "Batch, tokens",
            "Rates",
            "Best rate",
            Quantity.percent(confidence) + " interval",
            "By the law",
            "Lowest loss",
            "Vertex");
    for (RateLine line : law.lines()) {
      boolean inside = line.vertex() == Vertex.INSIDE;
      table =
          table.row(
              Cell.of(Quantity.count(line.params()), line.params()),
              Cell.of(Quantity.count(line.tokens()), line.tokens()),
              Cell.of(Quantity.count(line.batch()), line.batch()),
              Cell.of(Integer.toString(line.near()), line.near()),
              inside ? number(line.learningRate()) : Cell.of("–"),
              Cell.of(inside ? Intervals.ends(line.minimum().exp().interval()) : "–"),
              number(law.rateAt(line.params(), line.tokens(), line.batch()).value()),
              Cell.of(Quantity.within(line.floor(), 0.001), line.floor()),
              Cell.of(Words.of(line.vertex())));
    }
    return table;
  }

  static StudyTable variants(NestedHyperparameterLaw law) {
    StudyTable table =
        StudyTable.of(
            "The same law by other ways of finding the best rates",
            "Estimator",
            "Lines",
            "Exponent of N",
            "Exponent of D",
            "Exponent of B",
            "Exponent of D in the best batch");
    table =
        table.row(
            Cell.of(
                "parabolas within %s (quoted)"
                    .formatted(Quantity.percent(NestedHyperparameterLaw.WINDOW))),
            Cell.of(Integer.toString(law.lines().size()), law.lines().size()),
            number(law.ofParams().value()),
            number(law.ofTokens().value()),
            number(law.ofBatch().value()),
            number(law.batchOfTokens().map(Estimate::value).orElse(Double.NaN)));
    for (NestedHyperparameterLaw.Variant variant : law.variants()) {
      table =
          table.row(
              Cell.of(variant.estimator()),
              Cell.of(Integer.toString(variant.lines()), variant.lines()),
              number(variant.ofParams()),
              number(variant.ofTokens()),
              number(variant.ofBatch()),
              number(variant.batchOfTokens()));
    }
    return table;
  }

  /** The law as the rule of an experiment file, which counts the batch in sequences. */
  static String rule(NestedHyperparameterLaw law, int context) {
    RateLine at = law.lines().get(law.lines().size() / 2);
    return String.format(
        Locale.ROOT,
        "{type: LearningRateByScale, params: %.0f, tokens: %.0f, batch: %.0f, rate: %.3e,"
            + " paramsExponent: %.3f, tokensExponent: %.3f, batchExponent: %.3f}",
        at.params(),
        at.tokens(),
        at.batch() / context,
        law.rateAt(at.params(), at.tokens(), at.batch()).value(),
        law.ofParams().value(),
        law.ofTokens().value(),
        law.ofBatch().value());
  }

  static StudyFigure figure(NestedHyperparameterLaw law, List<HyperparameterLaw.Cell> cells) {
    List<StudyFigure.Series> series = new ArrayList<>();
    for (int i = 0; i < cells.size(); i++) {
      HyperparameterLaw.Cell cell = cells.get(i);
      List<StudyFigure.Point> best = new ArrayList<>();
      List<StudyFigure.Point> foretold = new ArrayList<>();
      for (RateLine line : law.lines()) {
        if (line.params() == cell.params() && line.tokens() == cell.tokens()) {
          foretold.add(
              StudyFigure.Point.of(
                  line.batch(), law.rateAt(line.params(), line.tokens(), line.batch()).value()));
          if (line.vertex() == Vertex.INSIDE) {
            best.add(
                new StudyFigure.Point(
                    line.batch(),
                    line.learningRate(),
                    Math.max(Math.exp(line.minimum().interval().low()), line.learningRate() / BAR),
                    Math.min(
                        Math.exp(line.minimum().interval().high()), line.learningRate() * BAR)));
          }
        }
      }
      series.add(new StudyFigure.Series("", StudyFigure.Style.DASHED, i, foretold));
      series.add(
          new StudyFigure.Series(
              "N %s, D %s".formatted(Quantity.count(cell.params()), Quantity.count(cell.tokens())),
              StudyFigure.Style.DOTS,
              i,
              best));
    }
    return new StudyFigure(
        "best-rates",
        "Best learning rate at each batch",
        new StudyFigure.Axis("Batch, tokens", true),
        new StudyFigure.Axis("Best learning rate", true),
        series,
        "The best learning rate of each model, data size and batch with its interval, and the law"
            + " through all of them, dashed.");
  }

  static Cell number(double value) {
    return Cell.of(Quantity.significant(value, 3), value);
  }
}
