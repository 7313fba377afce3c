package kleiber.study;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalDouble;
import kleiber.estimate.Estimate;
import kleiber.estimate.IsoFlop;
import kleiber.estimate.LogLinearLaw;
import kleiber.estimate.Parabola;
import kleiber.estimate.QuadraticMinimum;
import kleiber.estimate.TwoBudgetLine;
import kleiber.estimate.Vertex;
import kleiber.experiment.ComputeAllocation;
import kleiber.laws.Observation;
import kleiber.laws.Scale;
import kleiber.observe.Analysis;
import kleiber.observe.ComputeFrontier;
import kleiber.observe.Quantity;
import kleiber.study.ComputeAllocationStudy.Way;
import kleiber.study.StudyTable.Cell;

/**
 * What the estimators foretold of the largest budget held out: the size that each would have
 * trained, what that would have cost by the budget's own losses, and the lowest loss.
 */
record TopBudget(Analysis analysis, IsoFlop top, List<Way> ways) {
  /** A lowest loss that something foretold. */
  private record Foretold(String by, double loss) {}

  void write(List<IsoFlop> budgets, StudyDraft draft) {
    double confidence = analysis.experiment().fit().confidence();
    double[] lnN = Arrays.stream(top.params()).map(Math::log).toArray();
    RunNoise noise = RunNoise.of(analysis, FinalLoss.of(analysis));
    QuadraticMinimum own =
        QuadraticMinimum.fit(
            lnN,
            top.losses(),
            Arrays.stream(top.losses()).map(noise::of).toArray(),
            noise.degreesOfFreedom(),
            confidence);
    boolean inside = own.curvature() > 0 && own.at() > lnN[0] && own.at() < lnN[lnN.length - 1];
    double lowest = Arrays.stream(top.losses()).min().orElseThrow();
    String budget = Quantity.count(top.flops());
    sizes(own, inside, confidence, budget, draft);
    losses(budgets, inside ? own.value() : lowest, lowest, budget, draft);
    draft.note(noise.source());
  }

  private void sizes(
      QuadraticMinimum own, boolean inside, double confidence, String budget, StudyDraft draft) {
    StudyTable table =
        StudyTable.of(
            "The size that each estimator foretold as the best for " + budget + " FLOPs",
            "Estimator",
            "N*",
            Quantity.percent(confidence) + " interval",
            "By the budget’s own losses it costs, nats");
    List<String> said = new ArrayList<>();
    for (Way way : ComputeAllocationStudy.known(ways).toList()) {
      Estimate size = way.size(top, confidence);
      boolean tried =
          size.value() >= top.params()[0] && size.value() <= top.params()[top.params().length - 1];
      double cost = inside && tried ? own.excess(Math.log(size.value())) : Double.NaN;
      draft.number("N* of the top budget by " + way.name(), size, "parameters");
      if (!Double.isNaN(cost)) {
        draft.number("cost of N* by " + way.name(), cost, "nats per token");
      }
      said.add("%s by %s".formatted(Intervals.text(size), way.name()));
      table =
          table.row(
              Cell.of(way.name()),
              ComputeAllocationStudy.number(size.value()),
              Cell.of(Intervals.ends(size.interval())),
              Double.isNaN(cost)
                  ? Cell.of(tried ? "no vertex to cost it by" : "outside of the sizes tried")
                  : Cell.of(Quantity.within(cost, 0.001), cost));
    }
    String measured;
    if (!inside) {
      measured = "its own losses have no vertex among the sizes tried";
    } else if (own.isKnown()) {
      measured = "its own vertex is at " + Intervals.text(own.exp());
    } else {
      measured =
          "its own vertex is at %s, but the noise of a run lets it be anywhere"
              .formatted(Quantity.significant(Math.exp(own.at()), 3));
    }
    if (inside) {
      draft.number("N* of the top budget by its own parabola", own.exp(), "parameters");
    }
    if (!said.isEmpty()) {
      draft
          .table(table)
          .sentence(
              "At the held-out %s FLOPs the best N is foretold as %s; %s."
                  .formatted(budget, String.join(", ", said), measured));
    }
  }

  private void losses(
      List<IsoFlop> budgets, double vertex, double lowest, String budget, StudyDraft draft) {
    List<Foretold> foretold = new ArrayList<>();
    ComputeFrontier.of(analysis.foretelling(), top.flops(), top.flops()).stream()
        .findFirst()
        .ifPresent(point -> foretold.add(new Foretold("the law at its best N", point.loss())));
    vertices(budgets)
        .ifPresent(loss -> foretold.add(new Foretold("a line through the vertices", loss)));
    analysis
        .extrapolation()
        .ifPresent(
            its ->
                foretold.add(
                    new Foretold("a power law in compute (baseline)", its.baseline().loss(at()))));
    twoBudgets().ifPresent(loss -> foretold.add(new Foretold("two budgets (baseline)", loss)));
    StudyTable table =
        StudyTable.of(
            "The lowest loss of %s FLOPs, nats per token; measured: %s, %s at the vertex"
                .formatted(budget, Quantity.within(lowest, 0.001), Quantity.within(vertex, 0.001)),
            "Foretold by",
            "Loss",
            "Error");
    for (Foretold each : foretold) {
      double error = each.loss / lowest - 1;
      draft.number("lowest loss by " + each.by, each.loss, "nats per token");
      table =
          table.row(
              Cell.of(each.by),
              Cell.of(Quantity.within(each.loss, 0.001), each.loss),
              Cell.of(Quantity.percent(error), error));
    }
    draft
        .number("lowest loss measured", lowest, "nats per token")
        .table(table)
        .sentence(
            "The lowest loss there, %s measured, was foretold with errors of %s."
                .formatted(
                    Quantity.within(lowest, 0.001),
                    String.join(
                        ", ",
                        foretold.stream()
                            .map(
                                each ->
                                    "%s by %s"
                                        .formatted(
                                            Quantity.percent(each.loss / lowest - 1), each.by))
                            .toList())));
  }

  private Scale at() {
    Observation any =
        analysis.observations().heldOut().stream()
            .filter(
                row -> Math.abs(row.at().flops() / top.flops() - 1) < ComputeAllocation.TOLERANCE)
            .findFirst()
            .orElseThrow();
    return new Scale(any.at().params(), any.at().tokens(), top.flops(), any.at().extra());
  }

  /** The losses of the budgets' vertices, carried on as a power of compute. */
  private OptionalDouble vertices(List<IsoFlop> budgets) {
    List<Parabola> inside =
        budgets.stream()
            .map(Parabola::fit)
            .filter(parabola -> parabola.vertex() == Vertex.INSIDE)
            .toList();
    if (inside.size() < 2) {
      return OptionalDouble.empty();
    }
    LogLinearLaw line =
        LogLinearLaw.fit(
            inside.stream().mapToDouble(Parabola::loss).toArray(),
            inside.stream().mapToDouble(parabola -> parabola.budget().flops()).toArray());
    return OptionalDouble.of(line.at(top.flops()));
  }

  private OptionalDouble twoBudgets() {
    try {
      return OptionalDouble.of(TwoBudgetLine.through(analysis.observations().fit()).loss(at()));
    } catch (IllegalArgumentException oneBudget) {
      return OptionalDouble.empty();
    }
  }
}
