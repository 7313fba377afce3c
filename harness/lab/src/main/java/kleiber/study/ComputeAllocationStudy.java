package kleiber.study;

import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import kleiber.estimate.AkimaIsoFlop;
import kleiber.estimate.Allocation;
import kleiber.estimate.Approach1;
import kleiber.estimate.Approach2;
import kleiber.estimate.Approach3;
import kleiber.estimate.Estimate;
import kleiber.estimate.IsoFlop;
import kleiber.estimate.LossNoise;
import kleiber.estimate.Parabola;
import kleiber.estimate.Vertex;
import kleiber.experiment.ComputeAllocation;
import kleiber.experiment.FitPlan;
import kleiber.experiment.Names;
import kleiber.experiment.Words;
import kleiber.fit.Bootstrap;
import kleiber.fit.Interval;
import kleiber.fit.LawFitter;
import kleiber.laws.Chinchilla;
import kleiber.laws.Observation;
import kleiber.observe.Analysis;
import kleiber.observe.Observations;
import kleiber.observe.Quantity;
import kleiber.study.StudyTable.Cell;

/**
 * N* = G C^a and D* = H C^b by four estimators from the same runs: the envelope of the training
 * curves, a parabola for each budget, the fitted law (Hoffmann et al. 2022, arXiv:2203.15556,
 * sections 3.1 to 3.3), and Akima's interpolation of each budget with known noise (Porian et al.
 * 2024, arXiv:2406.19146). C is the experiment's, but for the third, which has C = 6ND.
 */
public final class ComputeAllocationStudy implements Study<ComputeAllocation> {
  private static final int BUDGETS = 1500;
  private static final long SEED = 1;

  /** By how much a + b may miss 1 as runs have whole steps. */
  private static final double ROUNDING = 0.005;

  /**
   * An estimator, and what it gave or why it gave nothing.
   *
   * @param flops the C of a budget as the estimator counts it
   */
  record Way(
      String name,
      ToDoubleFunction<IsoFlop> flops,
      Optional<Allocation> allocation,
      String refusal) {
    static Way of(String name, Supplier<Allocation> estimate) {
      return of(name, IsoFlop::flops, estimate);
    }

    static Way of(String name, ToDoubleFunction<IsoFlop> flops, Supplier<Allocation> estimate) {
      try {
        return new Way(name, flops, Optional.of(estimate.get()), "");
      } catch (IllegalArgumentException refused) {
        return new Way(name, flops, Optional.empty(), refused.getMessage());
      }
    }

    /** N* of a budget, by an estimator that gave something. */
    double size(IsoFlop budget) {
      return allocation.orElseThrow().params().at(flops.applyAsDouble(budget));
    }

    /** The same with its interval. */
    Estimate size(IsoFlop budget, double confidence) {
      return allocation.orElseThrow().params().at(flops.applyAsDouble(budget), confidence);
    }
  }

  @Override
  public Class<ComputeAllocation> plan() {
    return ComputeAllocation.class;
  }

  @Override
  public String title() {
    return "How to divide compute";
  }

  @Override
  public void write(ComputeAllocation plan, Analysis analysis, StudyDraft draft) {
    List<Observation> fit = analysis.observations().fit();
    if (fit.isEmpty()) {
      throw new IllegalArgumentException("no run of the fitted side is done");
    }
    List<IsoFlop> budgets = IsoFlop.of(fit, ComputeAllocation.TOLERANCE);
    Optional<IsoFlop> top =
        IsoFlop.of(analysis.observations().heldOut(), ComputeAllocation.TOLERANCE).stream()
            .max(Comparator.comparingDouble(IsoFlop::flops));
    List<Way> ways = ways(analysis, fit, budgets);
    double confidence = analysis.experiment().fit().confidence();
    exponents(ways, confidence, draft);
    if (analysis.experiment().fit().flops() == FitPlan.Flops.EXACT) {
      sums(ways, fit, draft);
    }
    budgets(budgets, fit, draft);
    if (top.isPresent()) {
      new TopBudget(analysis, top.get(), ways).write(budgets, draft);
    } else {
      draft.note("No held-out budget has three sizes done: nothing checks where the optimum goes.");
    }
    if (!budgets.isEmpty()) {
      draft.figure(AllocationFigure.of(budgets, top, ways));
    }
  }

  private static List<Way> ways(Analysis analysis, List<Observation> fit, List<IsoFlop> budgets) {
    FitPlan plan = analysis.experiment().fit();
    int draws = plan.bootstrap();
    List<Observation> curves =
        Observations.of(analysis.runs(), plan.of(FitPlan.Selection.ALL_AFTER_WARMUP)).fit();
    return List.of(
        Way.of("Approach 1", () -> new Approach1(BUDGETS, draws, SEED).estimate(curves)),
        Way.of("Approach 2", () -> new Approach2(draws, SEED).estimate(budgets)),
        Way.of("Approach 3", ComputeAllocationStudy::sixFlops, () -> law(analysis, fit, draws)),
        Way.of(
            "Akima",
            () -> {
              double loss = fit.stream().mapToDouble(Observation::loss).average().orElseThrow();
              double noise = RunNoise.of(analysis, FinalLoss.of(analysis)).of(loss);
              return new AkimaIsoFlop(LossNoise.constant(noise), draws, SEED).estimate(budgets);
            }));
  }

  /** 6ND of a budget: the geometric mean over its sizes. */
  private static double sixFlops(IsoFlop budget) {
    double ln = 0;
    for (int i = 0; i < budget.params().length; i++) {
      ln += Math.log(6 * budget.params()[i] * budget.tokens()[i]);
    }
    return Math.exp(ln / budget.params().length);
  }

  /** Off the experiment's own fit where its law is Chinchilla's. */
  private static Allocation law(Analysis analysis, List<Observation> fit, int draws) {
    return analysis
        .bootstrapped()
        .filter(law -> law.fitted().law() instanceof Chinchilla)
        .map(Approach3::of)
        .orElseGet(
            () ->
                new Approach3(
                        new Bootstrap(
                            new LawFitter(analysis.experiment().fit().objective()), draws, SEED))
                    .estimate(fit));
  }

  private static void exponents(List<Way> ways, double confidence, StudyDraft draft) {
    List<Way> known = ways.stream().filter(way -> way.allocation().isPresent()).toList();
    draft.sentence(
        known.isEmpty()
            ? "No estimator divides the compute: " + ways.get(1).refusal()
            : "The best N grows as C^a, with a "
                + known.stream()
                    .map(
                        way ->
                            "%s by %s"
                                .formatted(
                                    Intervals.text(way.allocation().get().a(confidence)),
                                    way.name()))
                    .collect(Collectors.joining(", "))
                + ".");
    StudyTable table =
        StudyTable.of(
            "N* = G C^a and D* = H C^b by each estimator",
            "Estimator",
            "a",
            Quantity.percent(confidence) + " interval",
            "Half-width",
            "b",
            Quantity.percent(confidence) + " interval of b",
            "Notes");
    for (Way way : ways) {
      if (way.allocation().isEmpty()) {
        draft.note("%s gives nothing: %s".formatted(way.name(), way.refusal()));
        continue;
      }
      Allocation allocation = way.allocation().get();
      Estimate a = allocation.a(confidence);
      Estimate b = allocation.b(confidence);
      draft
          .number("a by " + way.name(), a, "exponent of C")
          .number("b by " + way.name(), b, "exponent of C");
      table =
          table.row(
              Cell.of(way.name()),
              number(a.value()),
              Cell.of(Intervals.ends(a.interval())),
              number(half(a.interval())),
              number(b.value()),
              Cell.of(Intervals.ends(b.interval())),
              Cell.of(String.join(" ", allocation.notes())));
    }
    if (!known.isEmpty()) {
      draft.table(table);
    }
    spread(known, confidence, draft);
  }

  /** How far the estimators lie apart, beside how surely each knows itself. */
  private static void spread(List<Way> known, double confidence, StudyDraft draft) {
    if (known.size() < 2) {
      return;
    }
    List<Estimate> all = known.stream().map(way -> way.allocation().get().a(confidence)).toList();
    double low = all.stream().mapToDouble(Estimate::value).min().orElseThrow();
    double high = all.stream().mapToDouble(Estimate::value).max().orElseThrow();
    double surest = all.stream().mapToDouble(a -> half(a.interval())).min().orElseThrow();
    double loosest = all.stream().mapToDouble(a -> half(a.interval())).max().orElseThrow();
    draft.sentence(
        "Between estimators a spreads over %s; half the interval of one is %s at the least and %s at the most. Approach 1 reads checkpoints before the end of their schedules, and Approach 3 has C = 6ND."
            .formatted(
                Quantity.significant(high - low, 2),
                Quantity.significant(surest, 2),
                Quantity.significant(loosest, 2)));
  }

  /**
   * Why a + b is not 1: N* and D* of a budget are those of one run, and its C is D times the FLOPs
   * of a token, so that a + b − 1 is how C / (N D) falls along the optimum.
   */
  private static void sums(List<Way> ways, List<Observation> fit, StudyDraft draft) {
    List<String> apart =
        known(ways)
            .filter(way -> Math.abs(sum(way) - 1) > ROUNDING)
            .map(way -> "%s by %s".formatted(Quantity.significant(sum(way), 3), way.name()))
            .toList();
    if (!apart.isEmpty()) {
      List<Observation> bySize =
          fit.stream().sorted(Comparator.comparingDouble(row -> row.at().params())).toList();
      draft.note(
          "a + b is %s, and not 1: C is D times the FLOPs of a token, which with attention and the head are not in proportion to N. C / (N D) is %s and %s, and along N* and D* it goes as C^(1 − a − b). With C = 6ND, as Approach 3 has it, a + b is 1."
              .formatted(
                  Names.and(apart), perParam(bySize.getFirst()), perParam(bySize.getLast())));
    }
  }

  /** {@code 16.7 at N 3312}. */
  private static String perParam(Observation row) {
    return "%s at N %s"
        .formatted(
            Quantity.significant(row.at().flops() / row.at().params() / row.at().tokens(), 3),
            Quantity.count(row.at().params()));
  }

  private static double sum(Way way) {
    Allocation allocation = way.allocation().orElseThrow();
    return allocation.params().exponent() + allocation.tokens().exponent();
  }

  private static void budgets(List<IsoFlop> budgets, List<Observation> fit, StudyDraft draft) {
    if (budgets.isEmpty()) {
      draft.note("No budget of the fitted side has three sizes.");
      return;
    }
    StudyTable table =
        StudyTable.of(
            "The parabola of each budget over ln N (computes within 5 % are one)",
            "FLOPs", "Sizes", "N*", "Loss there", "Vertex");
    int inside = 0;
    for (IsoFlop budget : budgets) {
      Parabola parabola = Parabola.fit(budget);
      boolean counts = parabola.vertex() == Vertex.INSIDE;
      inside += counts ? 1 : 0;
      table =
          table.row(
              Cell.of(Quantity.count(budget.flops()), budget.flops()),
              Cell.of(Integer.toString(budget.params().length), budget.params().length),
              counts ? number(parabola.params()) : Cell.of("–"),
              counts
                  ? Cell.of(Quantity.within(parabola.loss(), 0.001), parabola.loss())
                  : Cell.of("–"),
              Cell.of(Words.of(parabola.vertex())));
    }
    long counted = budgets.stream().mapToLong(budget -> budget.params().length).sum();
    draft
        .table(table)
        .number("budgets with a vertex inside", inside, "budgets")
        .sentence(
            "%d of %d budgets have their vertex among the sizes tried; the others are left out of Approach 2."
                .formatted(inside, budgets.size()));
    if (counted < fit.size()) {
      draft.note(
          "%d of %d losses are of no budget with three sizes, or of a size that has a lower one."
              .formatted(fit.size() - counted, fit.size()));
    }
  }

  static Cell number(double value) {
    return Cell.of(Quantity.significant(value, 3), value);
  }

  private static double half(Interval interval) {
    return (interval.high() - interval.low()) / 2;
  }

  /** The ways that gave something. */
  static Stream<Way> known(List<Way> ways) {
    return ways.stream().filter(way -> way.allocation().isPresent());
  }
}
