package kleiber.report;

import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import kleiber.fit.Extrapolation;
import kleiber.fit.Identifiability;
import kleiber.fit.Interval;
import kleiber.laws.Observation;
import kleiber.laws.Parameter;
import kleiber.observe.Answer;
import kleiber.observe.Quantity;

/** The first screen below the question: answer, its numbers, and what to know beside them. */
final class Opening {
  private Opening() {}

  /**
   * @param bitsPerByte of the loss that was measured, where bytes are known
   */
  static String of(Scene scene, Answer answer, Optional<String> bitsPerByte) {
    StringBuilder html = new StringBuilder();
    html.append("<p class=\"answer\">").append(Markup.escape(answer.headline())).append("</p>\n");
    html.append("<dl class=\"numbers\">\n");
    scene
        .foretelling()
        .extrapolation()
        .map(Answer::largest)
        .ifPresent(point -> html.append(numbers(scene, answer, point, bitsPerByte)));
    scene.identifiability().ifPresent(known -> html.append(verdict(known)));
    html.append("</dl>\n<ul class=\"notes\">\n");
    for (String sentence : answer.sentences()) {
      html.append("<li>").append(Markup.escape(sentence)).append("</li>\n");
    }
    return html.append("</ul>\n").toString();
  }

  private static String numbers(
      Scene scene, Answer answer, Extrapolation.Point point, Optional<String> bitsPerByte) {
    Interval interval = point.interval();
    Observation row = point.measured();
    double halfWidth = (interval.high() - interval.low()) / 2;
    double most =
        scene.foretelling().fit().stream()
            .mapToDouble(fitted -> fitted.at().flops())
            .max()
            .orElseThrow();
    return number(
            "Foretold, " + scene.data().unit(),
            Quantity.within(point.predicted(), halfWidth),
            "%s interval %s to %s"
                .formatted(
                    Quantity.percent(interval.confidence()),
                    Quantity.within(interval.low(), halfWidth),
                    Quantity.within(interval.high(), halfWidth)))
        + number(
            "Measured, " + scene.data().unit(),
            Quantity.within(row.loss(), row.standardError()),
            bitsPerByte
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
            "in compute, to %s FLOPs".formatted(Quantity.count(row.at().flops())));
  }

  /** How many of the law's parameters the runs determine, and which they do not. */
  private static String verdict(Identifiability known) {
    int all = known.verdicts().size();
    int sure = known.all(Identifiability.Degree.IDENTIFIED).size();
    List<Parameter> none = known.all(Identifiability.Degree.NOT);
    List<Parameter> weak = known.all(Identifiability.Degree.WEAK);
    String beside =
        none.isEmpty() && weak.isEmpty()
            ? "every parameter has a closed, narrow interval"
            : (none.isEmpty() ? "" : names(none) + " not identified")
                + (none.isEmpty() || weak.isEmpty() ? "" : ", ")
                + (weak.isEmpty() ? "" : names(weak) + " weakly");
    return number("Parameters identified", sure + " of " + all, beside);
  }

  private static String names(List<Parameter> parameters) {
    return parameters.stream()
        .map(parameter -> Formula.letters(parameter.name()))
        .collect(Collectors.joining(", "));
  }

  private static String number(String name, String value, String beside) {
    return "<div><dt>%s</dt><dd>%s<small>%s</small></dd></div>\n"
        .formatted(Markup.escape(name), Markup.escape(value), Markup.escape(beside));
  }
}
