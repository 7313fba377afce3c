package kleiber.observe;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.stream.Collectors;
import kleiber.experiment.FitPlan;
import kleiber.laws.Observation;
import kleiber.laws.Scale;
import kleiber.models.ParameterCount;
import kleiber.run.StoredRun;
import kleiber.train.Checkpoint;
import org.junit.jupiter.api.Test;

class ObservationsTest {
  private final List<StoredRun> runs = MadeRuns.grid();

  @Test
  void everyLossIsARowWithAUse() {
    Observations observations = Observations.of(runs, MadeRuns.PLAN);
    int losses =
        runs.stream()
            .flatMap(run -> run.checkpoints().stream())
            .mapToInt(checkpoint -> checkpoint.heldOut().size())
            .sum();
    assertEquals(losses, observations.rows().size());
    assertEquals(20, observations.fit().size());
    assertEquals(1, observations.heldOut().size());
    int leftOut = observations.exclusions().stream().mapToInt(Exclusion::rows).sum();
    assertEquals(losses, 20 + 1 + leftOut);
  }

  @Test
  void theLastCheckpointIsReadUnderThePlansConventions() {
    StoredRun run = runs.getFirst();
    ParameterCount count = run.facts().orElseThrow().parameters();
    for (ParameterCount.Convention params : ParameterCount.Convention.values()) {
      Observation exact = first(FitPlan.Selection.LAST, params, FitPlan.Flops.EXACT);
      assertEquals(count.under(params), exact.at().params());
      assertEquals(run.checkpoints().getLast().tokens(), exact.at().tokens());
      assertEquals(run.checkpoints().getLast().flops(), exact.at().flops());
      assertEquals((double) MadeRuns.UNIQUE_TOKENS, exact.at().extra().get(Scale.UNIQUE_TOKENS));
      assertEquals(run.run().id(), exact.cluster());
      assertEquals("Cosine", exact.schedule().schedule());
      Observation six = first(FitPlan.Selection.LAST, params, FitPlan.Flops.SIX_ND);
      assertEquals(6 * six.at().params() * six.at().tokens(), six.at().flops());
    }
  }

  @Test
  void selectionsTakeWhatTheirNamesSay() {
    StoredRun run = runs.get(3);
    long afterWarmup =
        run.checkpoints().stream()
            .filter(row -> row.tokens() > run.run().spec().schedule().warmupTokens())
            .count();
    assertEquals(afterWarmup, used(run, FitPlan.Selection.ALL_AFTER_WARMUP));
    long annealed = run.checkpoints().stream().filter(row -> row.fractionOfPeak() <= 0.15).count();
    assertEquals(annealed, used(run, FitPlan.Selection.ANNEALED));
    assertEquals(1, used(run, FitPlan.Selection.LAST));
    assertTrue(afterWarmup > annealed);
  }

  @Test
  void aHeldOutRunIsHeldOutWithAllItsCheckpoints() {
    FitPlan plan =
        MadeRuns.plan(
            FitPlan.Selection.ALL_AFTER_WARMUP,
            ParameterCount.Convention.TOTAL,
            FitPlan.Flops.EXACT);
    Observations observations = Observations.of(runs, plan);
    Set<String> fitted = names(observations.fit());
    Set<String> heldOut = names(observations.heldOut());
    assertEquals(Set.of(runs.getLast().run().id()), heldOut);
    assertTrue(
        observations.heldOut().stream()
            .anyMatch(row -> row.at().flops() < plan.holdOut().flopsAbove()),
        "early checkpoints of the large run lie below the boundary");
    assertTrue(fitted.stream().noneMatch(heldOut::contains));
  }

  @Test
  void runsThatAreNotDoneAreLeftOutByName() {
    List<StoredRun> ended =
        MadeRuns.ended(runs, List.of(0), StoredRun.State.DIVERGED, "loss NaN at step 7");
    ended = MadeRuns.ended(ended, List.of(1), StoredRun.State.FAILED, "disk full");
    ended = MadeRuns.ended(ended, List.of(2), StoredRun.State.MISSING, "");
    Observations observations = Observations.of(ended, MadeRuns.PLAN);
    assertEquals(17, observations.fit().size());
    assertEquals(
        "the run diverged: loss NaN at step 7", whole(observations, ended.get(0)).reason());
    assertEquals("the run failed: disk full", whole(observations, ended.get(1)).reason());
    Exclusion missing = whole(observations, ended.get(2));
    assertEquals("the run has not been done", missing.reason());
    assertEquals(0, missing.rows());
    assertTrue(missing.plannedFlops().getAsDouble() > 0);
    assertTrue(
        observations.rows().stream().anyMatch(row -> row.state() == StoredRun.State.DIVERGED),
        "what was measured before the divergence stays in the table");
  }

  @Test
  void aLossThatIsNotFiniteIsLeftOut() {
    StoredRun run =
        MadeRuns.with(
            runs.getFirst(),
            row ->
                heldOut(
                    row,
                    Map.of(
                        "text",
                        new Checkpoint.HeldOutLoss(
                            Double.NaN, Double.NaN, OptionalDouble.empty()))));
    Observations observations = Observations.of(List.of(run), MadeRuns.PLAN);
    assertTrue(observations.fit().isEmpty());
    assertEquals("its loss is not a positive number", whole(observations, run).reason());
  }

  @Test
  void repetitionIsLeftOutWhenTheLawHasNoTermForIt() {
    StoredRun run = MadeRuns.run(16, MadeRuns.UNIQUE_TOKENS + 100_000, 1, 0);
    String reason = whole(Observations.of(List.of(run), MadeRuns.PLAN), run).reason();
    assertTrue(reason.contains("more than once"), reason);
    assertTrue(reason.contains("Chinchilla has no term for repetition"), reason);
    StoredRun once = MadeRuns.run(16, MadeRuns.UNIQUE_TOKENS, 1, 0);
    assertEquals(1, Observations.of(List.of(once), MadeRuns.PLAN).fit().size());
  }

  @Test
  void otherHeldOutSetsAreRowsToo() {
    StoredRun run =
        MadeRuns.with(
            runs.getFirst(),
            row ->
                heldOut(
                    row,
                    Map.of("text", row.heldOut().get("text"), "code", row.heldOut().get("text"))));
    Observations observations = Observations.of(List.of(run), MadeRuns.PLAN);
    assertEquals(2 * run.checkpoints().size(), observations.rows().size());
    assertEquals(1, observations.fit().size());
    assertTrue(
        observations.rows().stream()
            .filter(row -> row.heldOut().equals("code"))
            .allMatch(row -> row.reason().contains("another held-out set")));
  }

  @Test
  void aRunThatWasNeverMeasuredOnThePlansSetIsLeftOut() {
    StoredRun run =
        MadeRuns.with(
            runs.getFirst(), row -> heldOut(row, Map.of("code", row.heldOut().get("text"))));
    Observations observations = Observations.of(List.of(run), MadeRuns.PLAN);
    assertFalse(observations.rows().isEmpty());
    assertEquals(
        "it was not measured on the held-out set 'text'", whole(observations, run).reason());
  }

  private Observation first(
      FitPlan.Selection selection, ParameterCount.Convention params, FitPlan.Flops flops) {
    FitPlan plan = MadeRuns.plan(selection, params, flops);
    return Observations.of(runs.subList(0, 1), plan).fit().getFirst();
  }

  private static long used(StoredRun run, FitPlan.Selection selection) {
    FitPlan plan = MadeRuns.plan(selection, ParameterCount.Convention.TOTAL, FitPlan.Flops.EXACT);
    return Observations.of(List.of(run), plan).fit().size();
  }

  private static Exclusion whole(Observations observations, StoredRun run) {
    return observations.exclusions().stream()
        .filter(out -> out.run().equals(run.run().id()) && out.wholeRun())
        .findFirst()
        .orElseThrow();
  }

  private static Set<String> names(List<Observation> rows) {
    return rows.stream().map(Observation::run).collect(Collectors.toSet());
  }

  private static Checkpoint heldOut(Checkpoint row, Map<String, Checkpoint.HeldOutLoss> losses) {
    return new Checkpoint(
        row.step(),
        row.tokens(),
        row.epochs(),
        row.flops(),
        row.learningRate(),
        row.fractionOfPeak(),
        row.trainLoss(),
        row.gradientNorm(),
        losses);
  }
}
