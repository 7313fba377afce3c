package kleiber.study;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import kleiber.estimate.Estimate;
import kleiber.estimate.HyperparameterLaw;
import kleiber.estimate.NestedHyperparameterLaw;
import kleiber.estimate.RateLine;
import kleiber.estimate.Trial;
import kleiber.estimate.Vertex;
import kleiber.experiment.LearningRateBySize;
import kleiber.models.ParameterCount;
import kleiber.observe.Analysis;
import kleiber.observe.Quantity;
import kleiber.study.StudyTable.Cell;

/**
 * What the foretold learning rate and batch cost at a size that no rate was fitted to, read off
 * that size's own losses: how much higher their parabola is at the foretold rate than at its
 * minimum. Where it has no minimum among the rates tried, it tells no cost.
 */
record HeldOutRates(
    Analysis analysis, NestedHyperparameterLaw law, double noise, double degreesOfFreedom) {
  private static final String NOT_KNOWN = "not known";

  /**
   * A rate at a held-out line and what it costs there.
   *
   * @param loss of the line's parabola, nats per token; NaN where it has no vertex
   * @param nats above the parabola's minimum; NaN likewise
   * @param share the same of the minimum
   */
  private record Cost(double rate, double loss, double nats, double share) {
    static Cost of(RateLine line, double rate) {
      double loss = line.vertex() == Vertex.INSIDE ? line.loss(rate) : Double.NaN;
      return new Cost(rate, loss, loss - line.floor(), loss / line.floor() - 1);
    }

    static String shares(List<Cost> costs) {
      return costs.stream()
          .map(cost -> Double.isNaN(cost.share) ? NOT_KNOWN : Quantity.percent(cost.share))
          .collect(Collectors.joining(", "));
    }
  }

  void write(
      List<HyperparameterLaw.Cell> cells, Optional<LearningRateBySize> thumb, StudyDraft draft) {
    double confidence = analysis.experiment().fit().confidence();
    for (HyperparameterLaw.Cell cell : cells) {
      List<RateLine> lines =
          RateLine.of(cell, NestedHyperparameterLaw.WINDOW, noise, degreesOfFreedom, confidence);
      if (!lines.isEmpty()) {
        write(cell, lines, thumb, confidence, draft);
      }
    }
    if (cells.isEmpty()) {
      draft.note("No held-out size was run at three learning rates: nothing checks the law.");
    }
  }

  private void write(
      HyperparameterLaw.Cell cell,
      List<RateLine> lines,
      Optional<LearningRateBySize> thumb,
      double confidence,
      StudyDraft draft) {
    double best = cell.trials().stream().mapToDouble(Trial::loss).min().orElseThrow();
    String size =
        "N = %s, D = %s".formatted(Quantity.count(cell.params()), Quantity.count(cell.tokens()));
    StudyTable table =
        StudyTable.of(
            "Foretold and own best rates at the held-out " + size,
            "Batch, tokens",
            "Own best rate",
            Quantity.percent(confidence) + " interval",
            "Foretold rate",
            Quantity.percent(confidence) + " interval of it",
            "It costs, nats",
            "It costs",
            "Over the best run",
            "Rule of thumb costs");
    List<Cost> foretold = new ArrayList<>();
    List<Cost> usual = new ArrayList<>();
    int held = 0;
    for (RateLine line : lines) {
      Estimate at = law.rateAt(line.params(), line.tokens(), line.batch());
      Cost cost = Cost.of(line, at.value());
      foretold.add(cost);
      thumb.ifPresent(rule -> usual.add(Cost.of(line, rule.at(nonEmbedding(cell)))));
      boolean inside = line.vertex() == Vertex.INSIDE;
      held += inside && line.minimum().interval().holds(Math.log(at.value())) ? 1 : 0;
      String batch = Quantity.count(line.batch());
      String place = "%s, batch %s".formatted(size, batch);
      draft
          .number("held out, %s: foretold rate".formatted(place), at, "")
          .number("held out, %s: cost of it".formatted(place), cost.nats, "nats per token");
      if (inside) {
        draft.number("held out, %s: own best rate".formatted(place), line.minimum().exp(), "");
      }
      table =
          table.row(
              Cell.of(batch, line.batch()),
              inside
                  ? Cell.of(Quantity.significant(line.learningRate(), 3), line.learningRate())
                  : Cell.of(HyperparameterLawStudy.why(line.vertex())),
              Cell.of(inside ? Intervals.ends(line.minimum().exp().interval()) : "–"),
              Cell.of(Quantity.significant(at.value(), 3), at.value()),
              Cell.of(Intervals.ends(at.interval())),
              inside ? Cell.of(Quantity.within(cost.nats, 0.001), cost.nats) : Cell.of(NOT_KNOWN),
              percent(cost.share),
              percent(cost.loss / best - 1),
              usual.isEmpty() ? Cell.of("–") : percent(usual.getLast().share));
    }
    draft.table(table);
    String batches =
        lines.stream().map(line -> Quantity.count(line.batch())).collect(Collectors.joining(", "));
    draft.sentence(
        "At the held-out %s the foretold rates cost %s over the best rate of the same batch (%s tokens), and lie in the interval of the own best rate at %d of the %d batches that have one%s."
            .formatted(
                size,
                Cost.shares(foretold),
                batches,
                held,
                lines.stream().filter(line -> line.vertex() == Vertex.INSIDE).count(),
                usual.isEmpty()
                    ? ""
                    : "; the rule of thumb, %s at every batch, costs %s"
                        .formatted(
                            Quantity.significant(usual.getFirst().rate, 3), Cost.shares(usual))));
    excess(cell, lines, foretold, best, size, draft);
  }

  /**
   * How far the foretold rate ends above the best run, at the foretold batch where there is one.
   */
  private void excess(
      HyperparameterLaw.Cell cell,
      List<RateLine> lines,
      List<Cost> foretold,
      double best,
      String size,
      StudyDraft draft) {
    RateLine lowest =
        lines.stream().min(Comparator.comparingDouble(line -> line.lowest().loss())).orElseThrow();
    Optional<Estimate> batch = law.batchAt(cell.tokens());
    RateLine own = batch.map(its -> nearest(lines, its.value())).orElse(lowest);
    double loss = foretold.get(lines.indexOf(own)).loss;
    String tried = Quantity.count(own.batch());
    String which =
        batch
            .map(
                its ->
                    "The foretold batch there is %s tokens; at the nearest tried, %s (the best run has %s),"
                        .formatted(
                            Quantity.count(Math.rint(its.value())),
                            tried,
                            Quantity.count(lowest.batch())))
            .orElse(
                "No batch is foretold there; at that of the best run, %s tokens,".formatted(tried));
    draft
        .number(
            "held out, %s: excess over the best run, at the %s batch"
                .formatted(size, batch.isPresent() ? "foretold" : "best run’s"),
            loss - best,
            "nats per token")
        .sentence(
            Double.isNaN(loss)
                ? "%s it is not known what the foretold rate costs: %s."
                    .formatted(which, HyperparameterLawStudy.why(own.vertex()))
                : "%s the foretold rate ends %s nats (%s) above the best run."
                    .formatted(
                        which,
                        Quantity.within(loss - best, 0.001),
                        Quantity.percent(loss / best - 1)));
  }

  private static RateLine nearest(List<RateLine> lines, double batch) {
    return lines.stream()
        .min(Comparator.comparingDouble(line -> Math.abs(Math.log(line.batch() / batch))))
        .orElseThrow();
  }

  private static Cell percent(double share) {
    return Double.isNaN(share) ? Cell.of(NOT_KNOWN) : Cell.of(Quantity.percent(share), share);
  }

  /** N without embeddings, which the rule of thumb is told in. */
  private double nonEmbedding(HyperparameterLaw.Cell cell) {
    ParameterCount.Convention params = analysis.experiment().fit().params();
    return analysis.runs().stream()
        .flatMap(run -> run.facts().stream())
        .map(facts -> facts.parameters())
        .filter(count -> count.under(params) == cell.params())
        .findFirst()
        .orElseThrow()
        .under(ParameterCount.Convention.NON_EMBEDDING);
  }
}
