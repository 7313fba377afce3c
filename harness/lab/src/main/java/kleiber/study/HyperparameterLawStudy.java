package kleiber.study;

import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import kleiber.estimate.Estimate;
import kleiber.estimate.HyperparameterLaw;
import kleiber.estimate.MovingMinimum;
import kleiber.estimate.NestedHyperparameterLaw;
import kleiber.estimate.NestedHyperparameterLaw.Variant;
import kleiber.estimate.RateLine;
import kleiber.estimate.Trial;
import kleiber.estimate.Vertex;
import kleiber.models.ParameterCount;
import kleiber.observe.Analysis;
import kleiber.observe.Quantity;

/**
 * How the best learning rate and batch grow with N and D. Two estimators side by side: the bowl of
 * Step Law (Li et al. 2025, arXiv:2503.04715), a cell at a time, and the best rate at each batch
 * first. Step Law's exponents stand beside ours; its constants are not expected at other sizes.
 */
public final class HyperparameterLawStudy implements Study<kleiber.experiment.HyperparameterLaw> {
  /** Step Law's exponents: of lr* over N and D, of B* over D. */
  static final double[] PUBLISHED = {-0.713, 0.307, 0.571};

  @Override
  public Class<kleiber.experiment.HyperparameterLaw> plan() {
    return kleiber.experiment.HyperparameterLaw.class;
  }

  @Override
  public String title() {
    return "Laws of learning rate and batch";
  }

  @Override
  public void write(
      kleiber.experiment.HyperparameterLaw plan, Analysis analysis, StudyDraft draft) {
    double confidence = analysis.experiment().fit().confidence();
    List<FinalLoss> runs =
        FinalLoss.of(analysis).stream()
            .filter(run -> analysis.experiment().fit().recipe().matches(run.run()))
            .toList();
    List<FinalLoss> grid = runs.stream().filter(run -> !run.run().probe()).toList();
    List<HyperparameterLaw.Cell> cells = cells(grid, false);
    if (cells.isEmpty()) {
      throw new IllegalArgumentException(
          "no size and length of the fitted side was run at three learning rates");
    }
    RunNoise noise = RunNoise.of(analysis, grid);
    double deviation = noise.of(grid.stream().mapToDouble(FinalLoss::loss).min().orElseThrow());
    try {
      NestedHyperparameterLaw law =
          NestedHyperparameterLaw.fit(cells, deviation, noise.degreesOfFreedom(), confidence);
      nested(law, cells, draft);
      if (analysis.experiment().fit().params() == ParameterCount.Convention.NON_EMBEDDING) {
        int context = grid.getFirst().run().spec().context();
        draft.sentence("As a rule of an experiment file: " + BestRates.rule(law, context) + ".");
      }
      new HeldOutRates(analysis, law, deviation, noise.degreesOfFreedom())
          .write(cells(grid, true), plan.ruleOfThumb(), draft);
    } catch (IllegalArgumentException refusal) {
      draft.sentence("No law of the best rate at each batch: " + refusal.getMessage());
    }
    PublishedBowls.write(cells, analysis.experiment().fit().bootstrap(), confidence, draft);
    new FloorComparison(analysis, confidence).write(runs, draft);
    draft.sentence(noise.source());
  }

  /** The cells of one side that were run at three rates or more, small to large. */
  private static List<HyperparameterLaw.Cell> cells(List<FinalLoss> runs, boolean heldOut) {
    Map<List<Double>, List<Trial>> cells =
        runs.stream()
            .filter(run -> run.heldOut() == heldOut)
            .sorted(
                Comparator.comparingDouble(FinalLoss::params)
                    .thenComparingDouble(FinalLoss::tokens))
            .collect(
                Collectors.groupingBy(
                    run -> List.of(run.params(), run.tokens()),
                    LinkedHashMap::new,
                    Collectors.mapping(
                        run -> new Trial(run.learningRate(), run.batch(), run.loss()),
                        Collectors.toList())));
    return cells.entrySet().stream()
        .filter(
            cell ->
                cell.getValue().stream().mapToDouble(Trial::learningRate).distinct().count()
                    >= kleiber.experiment.HyperparameterLaw.LEAST_RATES)
        .map(
            cell ->
                new HyperparameterLaw.Cell(
                    cell.getKey().get(0), cell.getKey().get(1), cell.getValue()))
        .toList();
  }

  private static void nested(
      NestedHyperparameterLaw law, List<HyperparameterLaw.Cell> cells, StudyDraft draft) {
    double n = middle(law.lines().stream().mapToDouble(RateLine::params).toArray());
    double d = middle(law.lines().stream().mapToDouble(RateLine::tokens).toArray());
    double b = middle(law.lines().stream().mapToDouble(RateLine::batch).toArray());
    Estimate centre = law.rateAt(n, d, b);
    long inside = law.lines().stream().filter(line -> line.vertex() == Vertex.INSIDE).count();
    draft
        .sentence(
            "At a given batch the best learning rate is lr* ∝ N^%s D^%s B^%s, %s at N = %s, D = %s and B = %s tokens, from %d lines of one model, data size and batch, %d of them with a minimum of their own (%s)."
                .formatted(
                    Intervals.text(law.ofParams()),
                    Intervals.text(law.ofTokens()),
                    Intervals.text(law.ofBatch()),
                    Intervals.text(centre),
                    Quantity.count(Math.rint(n)),
                    Quantity.significant(d, 3),
                    Quantity.count(Math.rint(b)),
                    law.lines().size(),
                    inside,
                    windows(law)))
        .number("exponent of N in the best rate at a batch", law.ofParams(), "")
        .number("exponent of D in the best rate at a batch", law.ofTokens(), "")
        .number("exponent of B in the best rate", law.ofBatch(), "")
        .number("best rate in the middle", centre, "")
        .number("N in the middle", n, "parameters")
        .number("D in the middle", d, "tokens")
        .number("B in the middle", b, "tokens")
        .number("curvature of ln loss in ln rate", law.rate().curvature(), "")
        .number("scatter about the parabolas", law.rate().scatter(), "of the loss")
        .sentence(
            "The parabolas in ln(rate) share one curvature, %s of ln(loss); their losses scatter about them by %s."
                .formatted(
                    Intervals.text(law.rate().curvature()), Quantity.percent(law.rate().scatter())))
        .table(BestRates.lines(law))
        .table(BestRates.variants(law))
        .figure(BestRates.figure(law, cells));
    law.lines().stream()
        .filter(line -> line.vertex() != Vertex.INSIDE)
        .map(HyperparameterLawStudy::noMinimum)
        .forEach(draft::note);
    law.notes().forEach(draft::note);
    batch(law, d, draft);
  }

  /** Which losses count, and whether fewer would have told anything. */
  private static String windows(NestedHyperparameterLaw law) {
    String counted = "losses within " + Quantity.percent(NestedHyperparameterLaw.WINDOW);
    List<Double> flat = law.flatWindows();
    return flat.isEmpty()
        ? counted
        : "%s; within %s they show no curvature"
            .formatted(
                counted, flat.stream().map(Quantity::percent).collect(Collectors.joining(" or ")));
  }

  private static String noMinimum(RateLine line) {
    return "No minimum of its own at N = %s, D = %s, batch %s tokens: %s."
        .formatted(
            Quantity.count(line.params()),
            Quantity.count(line.tokens()),
            Quantity.count(line.batch()),
            why(line.vertex()));
  }

  /** Why a line has no minimum of its own. */
  static String why(Vertex vertex) {
    return switch (vertex) {
      case EDGE -> "the lowest loss is at the end of the rates tried";
      case CONCAVE -> "the losses do not curve upward";
      default -> "the noise hides where it is";
    };
  }

  private static void batch(NestedHyperparameterLaw law, double tokens, StudyDraft draft) {
    if (law.batch().isEmpty()) {
      draft.sentence("The best batch is not known: too few batches were tried at each size.");
      return;
    }
    MovingMinimum batch = law.batch().get();
    draft.number("curvature of ln loss in ln batch", batch.curvature(), "");
    String curvature =
        "the curvature of ln(loss) in ln(batch), at the best rate of each batch, is %s over %d lines"
            .formatted(Intervals.text(batch.curvature()), batch.values());
    if (!batch.isDetermined()) {
      draft.sentence(
          "The best batch is not determined (a negative result): %s, so it may lie anywhere."
              .formatted(curvature));
      return;
    }
    Estimate r = law.batchOfTokens().orElseThrow();
    double q = law.ofTokens().value() + law.ofBatch().value() * r.value();
    long determined = law.variants().stream().filter(Variant::determinesBatch).count();
    String opening =
        2 * determined > law.batchWays()
            ? "The best batch is"
            : "The best batch is hardly determined: by the quoted parabolas alone it is";
    draft
        .number("exponent of D in the best batch", r, "")
        .number("other ways that determine the best batch", determined, "ways")
        .number("best batch in the middle", law.batchAt(tokens).orElseThrow(), "tokens")
        .number("exponent of D in the best rate at the best batch", q, "")
        .sentence(
            "%s B* ∝ D^%s, %s tokens at D = %s (%s), determined by %d of %d other ways; along it lr* ∝ N^%s D^%s. Step Law has D^%s, and N^%s D^%s."
                .formatted(
                    opening,
                    Intervals.text(r),
                    Intervals.text(law.batchAt(tokens).orElseThrow()),
                    Quantity.significant(tokens, 3),
                    curvature,
                    determined,
                    law.batchWays(),
                    Quantity.significant(law.ofParams().value(), 3),
                    Quantity.significant(q, 3),
                    PUBLISHED[2],
                    PUBLISHED[0],
                    PUBLISHED[1]));
  }

  private static double middle(double[] values) {
    double sum = 0;
    for (double value : values) {
      sum += Math.log(value);
    }
    return Math.exp(sum / values.length);
  }
}
