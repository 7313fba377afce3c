package kleiber.cli;

import java.io.PrintWriter;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
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
    fit.heldOut().ifPresent(runs -> print(runs, out));
    List<String> sentences =
        fit.largest().stream().map(its -> its.sentence()).collect(Collectors.toList());
    fit.identifiability()
        .map(Identifiability::tradeOff)
        .filter(text -> !text.isEmpty())
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
    return switch (fitted.outcome()) {
      case CONVERGED -> what;
      case NOT_IDENTIFIED -> "Not identified: " + fitted.sentence() + " (" + what + ")";
      case BOUND_HIT -> "On a bound: " + fitted.sentence() + " (" + what + ")";
      case FAILED -> "Failed: " + fitted.sentence() + " (" + what + ")";
    };
  }

  /**
   * The parameters with their intervals. Of a fit that is not identified, one without a verdict, or
   * with the verdict that it is not known, has no value.
   */
  private static TextTable parameters(TableFit fit) {
    FittedLaw fitted = fit.fitted();
    Set<Parameter> unknown =
        fit.identifiability()
            .map(its -> Set.copyOf(its.all(Identifiability.Degree.NOT)))
            .orElseGet(() -> Set.copyOf(fitted.law().parameters()));
    String share = Quantity.percent(fit.confidence());
    TextTable table =
        new TextTable("parameter", "value", "low (" + share + ")", "high", "known", "unit");
    List<Parameter> parameters = fitted.law().parameters();
    for (int i = 0; i < parameters.size(); i++) {
      int index = i;
      Parameter parameter = parameters.get(i);
      boolean told = fitted.outcome() != Outcome.NOT_IDENTIFIED || !unknown.contains(parameter);
      Optional<Interval> interval =
          fit.bootstrapped()
              .filter(any -> told)
              .map(boot -> boot.parameter(index, fit.confidence()));
      table.row(
          parameter.name(),
          told ? Quantity.significant(fitted.theta()[i], DIGITS) : "–",
          interval.map(its -> Quantity.significant(its.low(), DIGITS)).orElse("–"),
          interval.map(its -> Quantity.significant(its.high(), DIGITS)).orElse("–"),
          fit.identifiability()
              .map(its -> Words.of(its.verdicts().get(index).degree()))
              .orElse(told ? "" : "not"),
          parameter.unit());
    }
    return table;
  }

  private static void print(HeldOutRuns runs, PrintWriter out) {
    out.println();
    out.println(
        "Without the %d rows of %s > %s, %d rows fitted: it misses those by %s and %s by %s%s."
            .formatted(
                runs.points().size(),
                runs.axis().symbol(),
                Quantity.count(runs.above()),
                runs.fitted().observations(),
                Quantity.percent(runs.trainingError()),
                runs.points().size() == 1 ? "the one foretold" : "those foretold",
                Quantity.percent(runs.meanAbsoluteRelativeError()),
                Double.isNaN(runs.coverage())
                    ? ""
                    : ", of which the intervals held " + Quantity.percent(runs.coverage())));
    if (runs.fitted().outcome() != Outcome.CONVERGED) {
      out.println("  " + runs.fitted().sentence());
    }
    TextTable table =
        new TextTable("run", "N", "D", "C", "measured", "foretold", "low", "high", "error");
    runs.points().stream()
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
}
