package kleiber.report;

import java.util.Optional;
import kleiber.fit.Extrapolation;
import kleiber.fit.FittedLaw;
import kleiber.fit.Identifiability;
import kleiber.fit.Interval;
import kleiber.fit.Outcome;
import kleiber.laws.Parameter;
import kleiber.observe.Analysis;
import kleiber.observe.Answer;
import kleiber.observe.ConventionError;
import kleiber.observe.EvaluationTable;
import kleiber.observe.Quantity;
import kleiber.run.StoredRun;
import kleiber.study.Conclusions;

/** The numbers of a report as Markdown, for people who read text and programs that compare it. */
final class ReportText {
  private final Conclusions conclusions;
  private final Analysis analysis;
  private final Scene scene;
  private final StringBuilder text = new StringBuilder();

  private ReportText(Conclusions conclusions, Scene scene) {
    this.conclusions = conclusions;
    this.analysis = conclusions.analysis();
    this.scene = scene;
  }

  static String of(Conclusions conclusions, Scene scene) {
    Analysis analysis = conclusions.analysis();
    ReportText report = new ReportText(conclusions, scene);
    report.opening();
    conclusions.studies().forEach(study -> report.text.append(StudySection.text(study)));
    analysis.fitted().filter(fitted -> fitted.outcome() != Outcome.FAILED).ifPresent(report::law);
    analysis.extrapolation().ifPresent(report::foretold);
    report.conventions();
    report.evaluations();
    report.leftOut();
    return report.text.toString();
  }

  private void opening() {
    Answer answer = conclusions.answer();
    text.append("# ").append(analysis.experiment().name()).append("\n\n");
    text.append(analysis.experiment().question().strip()).append("\n\n");
    text.append("**").append(answer.headline()).append("**\n\n");
    for (String sentence : answer.sentences()) {
      text.append("- ").append(sentence).append('\n');
    }
  }

  private void law(FittedLaw fitted) {
    text.append("\n## The law\n\n").append(fitted.law().getClass().getSimpleName());
    text.append(" (").append(fitted.law().source()).append("): `");
    text.append(fitted.law().formula()).append("`\n\n");
    row("parameter", "value", Quantity.percent(scene.data().confidence()) + " interval", "unit");
    row("---", "---:", "---:", "---");
    for (int i = 0; i < fitted.theta().length; i++) {
      int index = i;
      Parameter parameter = fitted.law().parameters().get(i);
      Optional<Interval> interval =
          analysis.bootstrapped().map(boot -> boot.parameter(index, scene.data().confidence()));
      row(
          parameter.name(),
          Quantity.significant(fitted.theta()[i], 4),
          interval
              .map(
                  ends ->
                      Quantity.significant(ends.low(), 3)
                          + " to "
                          + Quantity.significant(ends.high(), 3))
              .orElse("–"),
          parameter.unit());
    }
    scene
        .identifiability()
        .ifPresent(
            known -> {
              text.append('\n');
              LawText.twoIntervals(scene).ifPresent(why -> text.append(why).append("\n\n"));
              for (Identifiability.Verdict verdict : known.verdicts()) {
                text.append("- ").append(verdict.sentence()).append('\n');
              }
              if (!known.tradeOff().isEmpty()) {
                text.append("- ").append(known.tradeOff()).append('\n');
              }
            });
  }

  private void foretold(Extrapolation extrapolation) {
    text.append("\n## Foretold and measured\n\nNats per token.\n\n");
    row("run", "N", "D", "C", "foretold", "interval", "measured", "error", "inside");
    row("---", "---:", "---:", "---:", "---:", "---:", "---:", "---:", "---");
    for (Extrapolation.Point point : extrapolation.points()) {
      double halfWidth = (point.interval().high() - point.interval().low()) / 2;
      row(
          point.measured().run(),
          Quantity.count(point.measured().at().params()),
          Quantity.count(point.measured().at().tokens()),
          Quantity.count(point.measured().at().flops()),
          Quantity.within(point.predicted(), halfWidth),
          Quantity.within(point.interval().low(), halfWidth)
              + " to "
              + Quantity.within(point.interval().high(), halfWidth),
          Quantity.plusMinus(point.measured().loss(), point.measured().standardError()),
          Quantity.percent(point.relativeError()),
          point.covered() ? "yes" : "no");
    }
  }

  private void conventions() {
    if (!analysis.conventions().isEmpty()) {
      text.append("\n## What N means\n\n");
      row("N counts", "held-out error");
      row("---", "---:");
      for (ConventionError error : analysis.conventions()) {
        row(Tables.meaning(error.params()), Quantity.percent(error.meanAbsoluteRelativeError()));
      }
    }
  }

  private void evaluations() {
    EvaluationTable told = EvaluationTable.of(analysis.runs(), analysis.experiment().fit());
    if (!told.rows().isEmpty()) {
      text.append("\n## Evaluations\n\nAt the last checkpoint.\n\n");
      row("run", "evaluation", "value");
      row("---", "---", "---:");
      for (StoredRun run : analysis.runs()) {
        told.last(run.run().id())
            .forEach((name, value) -> row(run.run().id(), name, Quantity.significant(value, 4)));
      }
    }
  }

  private void leftOut() {
    text.append("\n## Left out\n\n");
    text.append(LeftOut.of(analysis.observations().exclusions()).text());
  }

  private void row(String... cells) {
    text.append("| ").append(String.join(" | ", cells)).append(" |\n");
  }
}
