package kleiber.cli;

import java.io.PrintWriter;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import kleiber.experiment.Words;
import kleiber.fit.FittedLaw;
import kleiber.fit.Identifiability;
import kleiber.fit.Interval;
import kleiber.fit.Outcome;
import kleiber.laws.Parameter;
import kleiber.observe.FitFile;
import kleiber.observe.HeldOutRuns;
import kleiber.observe.Quantity;
import kleiber.observe.TableFit;

/** Fits as a terminal shows them. */
final class FitText {
  private static final int DIGITS = 5;
  private static final int MOST_POINTS = 12;

  private FitText() {}

  /** The parameters of an experiment's fit. */
  static void print(FitFile fit, PrintWriter out) {
    boolean known = fit.outcome() != Outcome.NOT_IDENTIFIED;
    if (!known) {
      out.println("Not identified: " + fit.sentence());
    }
    out.println(fit.formula());
    TextTable table = new TextTable("parameter", "value", "low", "high", "unit");
    for (Map.Entry<String, FitFile.Estimate> entry : fit.theta().entrySet()) {
      FitFile.Estimate estimate = entry.getValue();
      boolean bare = !known && !Double.isFinite(estimate.low());
      table.row(
          entry.getKey(),
          bare ? "–" : Quantity.significant(estimate.value(), DIGITS),
          Quantity.significant(estimate.low(), DIGITS),
          Quantity.significant(estimate.high(), DIGITS),
          estimate.unit());
    }
    out.println(table);
  }

  /** All that is known of a fit to a table. */
  static void print(TableFit fit, PrintWriter out) {
    FittedLaw fitted = fit.fitted();
    out.println(headline(fit));
    out.println(fitted.law().formula() + "   (" + fitted.law().source() + ")");
    out.println();
    if (fitted.outcome() != Outcome.FAILED) {
      out.println(parameters(fit));
      out.println();
      out.println(
          "objective %s = %s; %d of %d starts agreed; %s s"
              .formatted(
                  fitted.objective().describe(),
                  Quantity.significant(fitted.cost(), 7),
                  fitted.agreed(),
                  fitted.starts(),
                  Quantity.significant(fit.seconds(), 2)));
    }
    fit.heldOut().ifPresent(runs -> print(runs, fit.confidence(), out));
    List<String> sentences =
        fit.largest().stream().map(its -> its.sentence()).collect(Collectors.toList());
    fit.identifiability()
        .map(Identifiability::tradeOff)
        .filter(text -> !text.isEmpty() && fitted.outcome() != Outcome.NOT_IDENTIFIED)
        .ifPresent(text -> sentences.add(text + "."));
    fit.influence().ifPresent(influence -> sentences.addAll(influence.sentences()));
    sentences.addAll(fit.notes());
    sentences.forEach(sentence -> out.println("  " + sentence));
  }

  private static String headline(TableFit fit) {
    FittedLaw fitted = fit.fitted();
    String what =
        "%s fitted to %d of %d rows"
            .formatted(
                fitted.law().getClass().getSimpleName(), fitted.observations(), fit.table().read());
    if (fit.refusal().isPresent()) {
      return fit.refusal().get() + " (" + what + ")";
    }
    return switch (fitted.outcome()) {
      case CONVERGED -> what;
      case NOT_IDENTIFIED -> "Not identified: " + fitted.sentence() + " (" + what + ")";
      case BOUND_HIT -> "On a bound: " + fitted.sentence() + " (" + what + ")";
      case FAILED -> "Failed: " + fitted.sentence() + " (" + what + ")";
    };
  }

  /**
   * The parameters with their intervals. Of a fit that is not identified, only those have a value
   * that a profile vouches for.
   */
  private static TextTable parameters(TableFit fit) {
    FittedLaw fitted = fit.fitted();
    String share = Quantity.percent(fit.confidence());
    TextTable table =
        new TextTable("parameter", "value", "low (" + share + ")", "high", "known", "unit");
    List<Parameter> parameters = fitted.law().parameters();
    for (int i = 0; i < parameters.size(); i++) {
      Optional<Identifiability.Degree> degree = fit.degree(i);
      boolean told =
          fitted.outcome() != Outcome.NOT_IDENTIFIED
              || degree.isPresent() && degree.get() != Identifiability.Degree.NOT;
      Optional<Interval> interval = fit.interval(i).filter(any -> told);
      table.row(
          parameters.get(i).name(),
          told ? Quantity.significant(fitted.theta()[i], DIGITS) : "–",
          interval.map(its -> Quantity.significant(its.low(), DIGITS)).orElse("–"),
          interval.map(its -> Quantity.significant(its.high(), DIGITS)).orElse("–"),
          told ? degree.map(Words::of).orElse("–") : "not",
          parameters.get(i).unit());
    }
    return table;
  }

  private static void print(HeldOutRuns runs, double confidence, PrintWriter out) {
    out.println();
    out.println(
        "Fitted without what reaches beyond %s = %s: %s missed by %s, %s foretold with an error of %s%s."
            .formatted(
                runs.axis().symbol(),
                Quantity.count(runs.above()),
                rows(runs.fitted().observations()),
                Quantity.percent(runs.trainingError()),
                rows(runs.points().size()),
                Quantity.percent(runs.meanAbsoluteRelativeError()),
                Double.isNaN(runs.coverage())
                    ? ""
                    : "; the intervals held " + Quantity.percent(runs.coverage()) + " of them"));
    if (runs.fitted().outcome() != Outcome.CONVERGED) {
      out.println("  " + runs.fitted().sentence());
    }
    runs.shortfall(confidence).ifPresent(sentence -> out.println("  " + sentence));
    TextTable table =
        new TextTable("run", "N", "D", "C", "measured", "foretold", "low", "high", "error");
    runs.points().stream()
        .sorted(Comparator.comparingDouble(point -> -runs.axis().of(point.measured().at())))
        .limit(MOST_POINTS)
        .forEach(
            point ->
                table.row(
                    point.measured().run(),
                    Quantity.count(point.measured().at().params()),
                    Quantity.count(point.measured().at().tokens()),
                    Quantity.count(point.measured().at().flops()),
                    Quantity.significant(point.measured().loss(), DIGITS),
                    Quantity.significant(point.predicted(), DIGITS),
                    point.interval().map(i -> Quantity.significant(i.low(), DIGITS)).orElse("–"),
                    point.interval().map(i -> Quantity.significant(i.high(), DIGITS)).orElse("–"),
                    Quantity.percent(point.relativeError())));
    out.println(table);
    if (runs.points().size() > MOST_POINTS) {
      out.println("  and %d more".formatted(runs.points().size() - MOST_POINTS));
    }
  }

  private static String rows(int count) {
    return count == 1 ? "1 row" : count + " rows";
  }
}
