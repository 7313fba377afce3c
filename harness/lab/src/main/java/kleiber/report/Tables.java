package kleiber.report;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import kleiber.experiment.FitPlan;
import kleiber.experiment.Words;
import kleiber.fit.Extrapolation;
import kleiber.fit.FittedLaw;
import kleiber.fit.Interval;
import kleiber.laws.Observation;
import kleiber.laws.Parameter;
import kleiber.models.ParameterCount;
import kleiber.observe.Analysis;
import kleiber.observe.ConventionError;
import kleiber.observe.EvaluationTable;
import kleiber.observe.Exclusion;
import kleiber.observe.Flag;
import kleiber.observe.Foretelling;
import kleiber.observe.Quantity;
import kleiber.observe.Row;
import kleiber.report.Table.Cell;
import kleiber.run.Code;
import kleiber.run.Provenance;
import kleiber.run.StoredRun;

/** The tables of the report. */
final class Tables {
  private Tables() {}

  /** The law's parameters with their intervals. */
  static Table parameters(Foretelling foretelling, FittedLaw fitted) {
    double confidence = foretelling.confidence();
    Table table =
        new Table("Parameters of the law with their intervals")
            .words("Parameter")
            .numbers("Value")
            .numbers(Quantity.percent(confidence) + " interval")
            .words("Unit");
    List<Parameter> parameters = fitted.law().parameters();
    for (int i = 0; i < parameters.size(); i++) {
      int index = i;
      Optional<Interval> interval =
          foretelling.bootstrapped().map(boot -> boot.parameter(index, confidence));
      table.row(
          Cell.of(Formula.letters(parameters.get(i).name())),
          Cell.of(Quantity.significant(fitted.theta()[i], 4), fitted.theta()[i]),
          Cell.of(
              interval
                  .map(
                      ends ->
                          Quantity.significant(ends.low(), 3)
                              + " to "
                              + Quantity.significant(ends.high(), 3))
                  .orElse("–"),
              interval.map(ends -> ends.high() - ends.low()).orElse(Double.NaN)),
          Cell.of(Formula.letters(parameters.get(i).unit())));
    }
    return table;
  }

  /** Every held-out loss with what was said of it. */
  static Table foretold(Extrapolation extrapolation, String unit) {
    Table table =
        new Table("Losses that were foretold, in " + unit)
            .words("Run")
            .numbers("N")
            .numbers("D")
            .numbers("FLOPs")
            .numbers("Foretold")
            .numbers(Quantity.percent(extrapolation.confidence()) + " interval")
            .numbers("Measured (± of the held-out text)")
            .numbers("Error")
            .words("Inside");
    for (Extrapolation.Point point : extrapolation.points()) {
      Observation row = point.measured();
      Interval ends = point.interval();
      double halfWidth = (ends.high() - ends.low()) / 2;
      table.row(
          Cell.of(row.run()),
          count(row.at().params()),
          count(row.at().tokens()),
          count(row.at().flops()),
          Cell.of(Quantity.within(point.predicted(), halfWidth), point.predicted()),
          Cell.of(
              Quantity.within(ends.low(), halfWidth)
                  + " to "
                  + Quantity.within(ends.high(), halfWidth),
              ends.low()),
          Cell.of(Quantity.plusMinus(row.loss(), row.standardError()), row.loss()),
          Cell.of(Quantity.percent(point.relativeError()), point.relativeError()),
          Cell.of(point.covered() ? "yes" : "no"));
    }
    return table;
  }

  /** The same law under every meaning of N. */
  static Table conventions(Analysis analysis) {
    List<Parameter> parameters = analysis.experiment().fit().law().parameters();
    Table table =
        new Table("The same fit and the same check with other meanings of N").words("N counts");
    parameters.forEach(parameter -> table.numbers(Formula.letters(parameter.name())));
    table.numbers("Held-out error").words("Fit");
    for (ConventionError error : analysis.conventions()) {
      boolean chosen = error.params() == analysis.experiment().fit().params();
      List<Cell> cells = new ArrayList<>();
      cells.add(Cell.of(meaning(error.params()) + (chosen ? " (this report)" : "")));
      for (double value : error.fitted().theta()) {
        cells.add(Cell.of(Quantity.significant(value, 3), value));
      }
      cells.add(
          Cell.of(
              Quantity.percent(error.meanAbsoluteRelativeError()),
              error.meanAbsoluteRelativeError()));
      cells.add(Cell.of(Words.of(error.fitted().outcome())));
      table.row(cells);
    }
    return table;
  }

  /** Every run of the experiment, done or not. */
  static Table runs(Analysis analysis) {
    FitPlan plan = analysis.experiment().fit();
    Map<String, Row> last = last(analysis);
    List<String> models =
        Settings.thatDiffer(analysis.runs().stream().map(run -> run.run().spec().model()).toList());
    Table table =
        new Table(
                "Every run; losses on “%s” in %s at its last checkpoint"
                    .formatted(plan.heldOut(), analysis.unit()))
            .words("Run")
            .words("Model")
            .numbers("N")
            .numbers("D")
            .numbers("FLOPs")
            .numbers("Peak rate")
            .numbers("Seed")
            .numbers("Loss")
            .numbers("Bits/byte")
            .words("State")
            .numbers("Seconds");
    for (int i = 0; i < models.size(); i++) {
      StoredRun run = analysis.runs().get(i);
      Optional<Row> row = Optional.ofNullable(last.get(run.run().id()));
      double rate = run.run().spec().optimizer().learningRate();
      OptionalDouble bits = row.map(Row::bitsPerByte).orElse(OptionalDouble.empty());
      table.row(
          Cell.of(run.run().id()),
          Cell.of(models.get(i).isEmpty() ? "same for all" : models.get(i)),
          count(row.map(r -> (double) r.count(plan.params())).orElse(Double.NaN)),
          count(row.map(r -> (double) r.tokens()).orElse(Double.NaN)),
          count(row.map(r -> r.flops(plan.flops(), plan.params())).orElse(Double.NaN)),
          Cell.of(Quantity.significant(rate, 3), rate),
          Cell.of(Long.toString(run.run().spec().seed())),
          Cell.of(
              row.map(r -> Quantity.plusMinus(r.loss(), r.standardError())).orElse("–"),
              row.map(Row::loss).orElse(Double.NaN)),
          Cell.of(
              bits.isPresent() ? Quantity.within(bits.getAsDouble(), 0.01) : "–",
              bits.orElse(Double.NaN)),
          Cell.of(state(run, row, plan)),
          Cell.of(Quantity.significant(run.seconds(), 3), run.seconds()));
    }
    return table;
  }

  private static String state(StoredRun run, Optional<Row> last, FitPlan plan) {
    if (run.state() == StoredRun.State.DONE && !plan.recipe().matches(run.run())) {
      return "done, other recipe";
    }
    return run.state() != StoredRun.State.DONE
        ? Words.of(run.state())
        : switch (last.map(Row::use).orElse(Row.Use.LEFT_OUT)) {
          case FIT -> "done, fitted";
          case HELD_OUT -> "done, foretold";
          case PROBE -> "done, probe";
          case LEFT_OUT -> "done, left out";
        };
  }

  /** What evaluations told at the end of each run; empty when none was asked for. */
  static Optional<Table> evaluations(Analysis analysis) {
    EvaluationTable told = EvaluationTable.of(analysis.runs(), analysis.experiment().fit());
    if (told.rows().isEmpty()) {
      return Optional.empty();
    }
    Table table = new Table("Evaluations at the last checkpoint").words("Run").numbers("N");
    told.names().forEach(table::numbers);
    for (StoredRun run : analysis.runs()) {
      Map<String, Double> last = told.last(run.run().id());
      if (!last.isEmpty()) {
        List<Cell> cells = new ArrayList<>();
        cells.add(Cell.of(run.run().id()));
        cells.add(
            count(
                run.facts()
                    .orElseThrow()
                    .parameters()
                    .under(analysis.experiment().fit().params())));
        for (String name : told.names()) {
          double value = last.getOrDefault(name, Double.NaN);
          cells.add(Cell.of(Double.isNaN(value) ? "–" : Quantity.significant(value, 4), value));
        }
        table.row(cells);
      }
    }
    return Optional.of(table);
  }

  /** Runs of which nothing is used, for one reason. */
  static Table runsLeftOut(String reason, List<Exclusion> exclusions) {
    Table table =
        new Table("Runs of which nothing is used: " + reason)
            .words("Run")
            .numbers("Planned FLOPs")
            .numbers("Losses");
    for (Exclusion out : exclusions) {
      table.row(
          Cell.of(out.run()),
          count(out.plannedFlops().orElse(Double.NaN)),
          Cell.of(Integer.toString(out.rows())));
    }
    return table;
  }

  /** Runs that a quality gate stopped at. */
  static Table flagged(List<Flag> flags) {
    Table table = new Table("Runs that a rule flags").words("Run").words("Rule").prose("Why");
    for (Flag flag : flags) {
      table.row(Cell.of(flag.run()), Cell.of(Words.of(flag.gate())), Cell.of(flag.reason()));
    }
    return table;
  }

  /** Single losses of runs that are otherwise used, by reason. */
  static Table lossesLeftOut(Map<String, List<Exclusion>> byReason) {
    Table table =
        new Table("Losses left out of runs that are used")
            .prose("Why")
            .numbers("Losses")
            .numbers("Runs");
    byReason.forEach(
        (reason, outs) ->
            table.row(
                Cell.of(reason),
                Cell.of(Integer.toString(outs.stream().mapToInt(Exclusion::rows).sum())),
                Cell.of(Integer.toString(outs.size()))));
    return table;
  }

  /** Where the numbers of the runs come from: a line for each different origin. */
  static Table origins(Collection<Provenance> origins) {
    Table table =
        new Table("Where the runs were made")
            .numbers("Runs")
            .prose("Code")
            .words("Numerics")
            .words("System")
            .prose("Processor")
            .prose("Java");
    origins.stream()
        .collect(
            Collectors.groupingBy(
                origin ->
                    List.of(
                        code(origin.code()),
                        origin.numerics(),
                        origin.machine().system(),
                        origin.machine().processor() + ", " + origin.machine().cores() + " cores",
                        origin.machine().java()),
                LinkedHashMap::new,
                Collectors.counting()))
        .forEach(
            (origin, runs) ->
                table.row(
                    Stream.concat(Stream.of(Long.toString(runs)), origin.stream())
                        .map(Cell::of)
                        .toList()));
    return table;
  }

  private static String code(Code code) {
    return code.revision()
        .map(
            revision ->
                revision.substring(0, Math.min(12, revision.length()))
                    + (code.dirty().orElse(false) ? ", with changes that are not committed" : ""))
        .orElse(code.version());
  }

  private static Map<String, Row> last(Analysis analysis) {
    return analysis.observations().rows().stream()
        .filter(row -> row.heldOut().equals(analysis.experiment().fit().heldOut()))
        .collect(
            Collectors.toMap(
                Row::run, Function.identity(), (a, b) -> a.tokens() >= b.tokens() ? a : b));
  }

  static String meaning(ParameterCount.Convention convention) {
    return switch (convention) {
      case TOTAL -> "every parameter";
      case NON_EMBEDDING -> "all but token and position tables";
      case MATMUL -> "those in matrix products";
      case ACTIVE -> "those that a token passes";
    };
  }

  private static Cell count(double value) {
    return Cell.of(Quantity.count(value), value);
  }
}
