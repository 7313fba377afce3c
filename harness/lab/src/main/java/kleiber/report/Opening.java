package kleiber.report;

import java.util.Optional;
import kleiber.fit.Extrapolation;
import kleiber.fit.Interval;
import kleiber.laws.Observation;
import kleiber.observe.Analysis;
import kleiber.observe.Answer;
import kleiber.observe.Quantity;

/** The first screen: question, answer, its numbers, and what to know beside them. */
final class Opening {
  private Opening() {}

  static String of(Analysis analysis) {
    Answer answer = Answer.of(analysis);
    StringBuilder html = new StringBuilder();
    html.append("<p class=\"name\">").append(Markup.escape(analysis.experiment().name()));
    html.append("</p>\n<h1>").append(Markup.escape(analysis.experiment().question()));
    html.append("</h1>\n<p class=\"answer\">").append(Markup.escape(answer.headline()));
    html.append("</p>\n");
    analysis
        .extrapolation()
        .map(Answer::largest)
        .ifPresent(point -> html.append(numbers(analysis, answer, point)));
    html.append("<ul class=\"notes\">\n");
    for (String sentence : answer.sentences()) {
      html.append("<li>").append(Markup.escape(sentence)).append("</li>\n");
    }
    return html.append("</ul>\n").toString();
  }

  private static String numbers(Analysis analysis, Answer answer, Extrapolation.Point point) {
    Interval interval = point.interval();
    Observation row = point.measured();
    double halfWidth = (interval.high() - interval.low()) / 2;
    double most =
        analysis.observations().fit().stream()
            .mapToDouble(fitted -> fitted.at().flops())
            .max()
            .orElseThrow();
    return "<dl class=\"numbers\">\n"
        + number(
            "Foretold, nats per token",
            Quantity.within(point.predicted(), halfWidth),
            "%s interval %s to %s"
                .formatted(
                    Quantity.percent(interval.confidence()),
                    Quantity.within(interval.low(), halfWidth),
                    Quantity.within(interval.high(), halfWidth)))
        + number(
            "Measured, nats per token",
            Quantity.within(row.loss(), row.standardError()),
            bitsPerByte(analysis, row)
                .map(bits -> bits + " bits per byte")
                .orElse(
                    row.standardError() > 0
                        ? "± %s of the held-out text"
                            .formatted(Quantity.within(row.standardError(), row.standardError()))
                        : ""))
        + number(
            "Error",
            Quantity.percent(Math.abs(point.relativeError())),
            (point.predicted() > row.loss() ? "too high" : "too low")
                + ", "
                + answer.verdict().words())
        + number(
            "Reach",
            "×" + Quantity.significant(row.at().flops() / most, 2),
            "in compute, to %s FLOPs".formatted(Quantity.count(row.at().flops())))
        + "</dl>\n";
  }

  private static Optional<String> bitsPerByte(Analysis analysis, Observation observation) {
    return analysis.observations().rows().stream()
        .filter(
            row ->
                row.run().equals(observation.run())
                    && row.step() == observation.step()
                    && row.heldOut().equals(observation.heldOut())
                    && row.bitsPerByte().isPresent())
        .map(row -> Quantity.significant(row.bitsPerByte().getAsDouble(), 4))
        .findFirst();
  }

  private static String number(String name, String value, String beside) {
    return "<div><dt>%s</dt><dd>%s<small>%s</small></dd></div>\n"
        .formatted(Markup.escape(name), Markup.escape(value), Markup.escape(beside));
  }
}
