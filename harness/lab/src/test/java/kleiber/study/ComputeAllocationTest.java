package kleiber.study;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Random;
import java.util.function.ToDoubleBiFunction;
import kleiber.experiment.ComputeAllocation;
import kleiber.experiment.Experiment;
import kleiber.experiment.Run;
import kleiber.fit.Interval;
import kleiber.laws.Observation;
import kleiber.models.ParameterCount;
import kleiber.observe.Analysis;
import org.junit.jupiter.api.Test;

/** The project's ladder of budgets with losses of a known law. */
final class ComputeAllocationTest {
  private static final double ALPHA = 0.35;
  private static final double BETA = 0.37;

  private static double params(Run run) {
    return run.parameters(256).under(ParameterCount.Convention.NON_EMBEDDING);
  }

  /** Without noise the law; before its end a run lies above it. */
  private static ToDoubleBiFunction<Run, Long> law(double noise) {
    return (run, tokens) -> {
      double shift = noise * new Random(run.id().hashCode()).nextGaussian();
      double open = 0.05 * (1 - tokens / (double) run.trainedTokens());
      double loss = 0.9 + 15 * Math.pow(params(run), -ALPHA) + 90 * Math.pow(tokens, -BETA);
      return loss * Math.exp(shift + open);
    };
  }

  private static StudyResult study(Analysis analysis) {
    return Conclusions.of(analysis).studies().stream()
        .filter(study -> study.study().equals("ComputeAllocation"))
        .findFirst()
        .orElseThrow();
  }

  @Test
  void theEstimatorsStandSideBySideAndTheTopBudgetChecksThem() {
    Experiment ladder = MadeLosses.experiment("isoflop-ladder");
    StudyResult study =
        study(
            MadeLosses.curves(
                ladder,
                (run, step, _) ->
                    law(0.002).applyAsDouble(run, step * run.spec().tokensPerStep())));
    assertTrue(study.sentences().getFirst().startsWith("The best N grows as C^a"), study::toString);
    StudyResult.Number a = study.numbers().get("a by Approach 3");
    assertTrue(new Interval(a.low(), a.high(), 0.9).holds(BETA / (ALPHA + BETA)), "a: " + a);
    assertTrue(study.numbers().containsKey("a by Approach 2"), study.notes()::toString);
    for (String way : new String[] {"Approach 2", "Approach 3"}) {
      StudyResult.Number size = study.numbers().get("N* of the top budget by " + way);
      assertTrue(size.low() < size.value() && size.value() < size.high(), way + ": " + size);
    }
    double measured = study.numbers().get("lowest loss measured").value();
    double byLaw = study.numbers().get("lowest loss by the law at its best N").value();
    assertEquals(1, byLaw / measured, 0.02);
    assertTrue(
        study.numbers().containsKey("lowest loss by two budgets (baseline)")
            && study.numbers().containsKey("lowest loss by a power law in compute (baseline)"),
        study.numbers().keySet()::toString);
    assertEquals("", study.objection());
    assertFalse(study.figures().isEmpty());
    assertTrue(
        study.notes().stream()
            .anyMatch(note -> note.startsWith("a + b is ") && note.contains("16.7 at N 3312")),
        study.notes()::toString);
  }

  @Test
  void lossesThatOnlyFallWithSizeGiveNoVertexAndSaySo() {
    Experiment ladder = MadeLosses.experiment("isoflop-ladder");
    StudyResult study = study(MadeLosses.analysis(ladder, run -> 3 - 0.1 * Math.log(params(run))));
    assertTrue(
        study.notes().stream().anyMatch(note -> note.startsWith("Approach 2 gives nothing: 0 of")),
        study.notes()::toString);
    assertEquals(0, study.numbers().get("budgets with a vertex inside").value());
  }

  /** The law counts C = 6ND; asked at exact FLOPs it would say another size. */
  @Test
  void theLawForetellsTheTopBudgetAtItsOwnCompute() {
    Experiment ladder = MadeLosses.experiment("isoflop-ladder");
    Analysis analysis =
        MadeLosses.analysis(ladder, run -> law(2e-5).applyAsDouble(run, run.trainedTokens()));
    double most =
        analysis.observations().heldOut().stream()
            .mapToDouble(row -> row.at().flops())
            .max()
            .orElseThrow();
    List<Observation> top =
        analysis.observations().heldOut().stream()
            .filter(row -> row.at().flops() > most * (1 - ComputeAllocation.TOLERANCE))
            .toList();
    double lnC =
        top.stream()
            .mapToDouble(row -> Math.log(6 * row.at().params() * row.at().tokens()))
            .average()
            .orElseThrow();
    double best =
        Math.pow(ALPHA * 15 / (BETA * 90), 1 / (ALPHA + BETA))
            * Math.exp((lnC - Math.log(6)) * BETA / (ALPHA + BETA));
    double said = study(analysis).numbers().get("N* of the top budget by Approach 3").value();
    assertEquals(1, said / best, 0.01);
  }

  @Test
  void withoutThreeSizesAtAnyBudgetThereIsNoFigure() {
    Experiment ladder = MadeLosses.experiment("isoflop-ladder");
    List<Run> two = ladder.runs().stream().limit(2).toList();
    Experiment few =
        new Experiment("made", "?", two, ladder.fit(), ladder.studies(), ladder.text());
    StudyResult study =
        study(MadeLosses.analysis(few, run -> law(0).applyAsDouble(run, run.trainedTokens())));
    assertEquals(List.of(), study.figures());
  }

  @Test
  void withoutRunsItSaysWhatIsMissing() {
    Experiment ladder = MadeLosses.experiment("isoflop-ladder");
    StudyResult study = study(Analysis.of(ladder, List.of()));
    assertEquals(
        "It cannot be said: no run of the fitted side is done.", study.sentences().getFirst());
  }
}
