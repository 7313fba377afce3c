package kleiber.observe;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.stream.Stream;
import kleiber.data.Corpus;
import kleiber.data.Draw;
import kleiber.data.Induction;
import kleiber.experiment.Run;
import kleiber.fit.Interval;
import kleiber.run.StoredRun;
import kleiber.train.Checkpoint;
import kleiber.train.OracleLoss;
import kleiber.train.TrainingSpec;
import org.junit.jupiter.api.Test;

class OracleComparisonTest {
  private static final Corpus CORPUS =
      new Induction(128, 128, new Draw(64, 50_000_000, 100_000, 1));

  private static OracleComparison at(double best, double range, double low, double high) {
    return new OracleComparison(
        1, Optional.of((low + high) / 2), Optional.of(new Interval(low, high, 0.9)), best, range);
  }

  @Test
  void verifiedIsOnlyWhatWasForetoldNarrowlyAndRightly() {
    OracleComparison verified = at(1.5, 2, 0.95, 1.05);
    assertTrue(verified.verified());
    assertTrue(
        verified.sentence().endsWith("[0.950, 1.050] (90 %): verified."), verified.sentence());
    says(at(1.3, 2, 0.95, 1.05), "lies only 15 % of the observed range above the floor");
    says(at(1.5, 2, 0.8, 1.2), "half the interval is 40 % of the gap");
    says(at(1.5, 2, 1.01, 1.1), "the interval does not hold the floor");
    String both = at(1.3, 2, 0.8, 1.2).sentence();
    assertTrue(both.contains("lies only 15 %") && both.contains("67 % of the gap"), both);
  }

  private static void says(OracleComparison comparison, String words) {
    assertFalse(comparison.verified());
    assertTrue(comparison.sentence().contains("not verified, "), comparison.sentence());
    assertTrue(comparison.sentence().contains(words), comparison.sentence());
  }

  @Test
  void withoutAnIntervalNothingIsVerified() {
    OracleComparison bare = new OracleComparison(1, Optional.of(1.0), Optional.empty(), 1.5, 2);
    assertFalse(bare.verified());
    assertTrue(bare.sentence().contains("without an error bar"), bare.sentence());
    OracleComparison lawless = new OracleComparison(1, Optional.empty(), Optional.empty(), 1.5, 2);
    assertTrue(lawless.sentence().endsWith("the law has no E to compare with it."));
  }

  /** Made losses that fall towards the ideal one, in runs on a corpus that has one. */
  @Test
  void theFloorIsJoinedAfterTheFit() throws IOException {
    List<StoredRun> plain = MadeRuns.grid();
    double floor =
        OracleLoss.of(onCorpus(plain.getFirst().run().spec()), "text").orElseThrow().mean();
    List<StoredRun> runs =
        plain.stream().map(run -> moved(run, floor - MadeRuns.TRUTH[0])).toList();
    Analysis analysis =
        Analysis.of(MadeRuns.experiment("does it fall?", runs, MadeRuns.PLAN), runs);
    OracleComparison oracle = analysis.oracle().orElseThrow();
    assertEquals(floor, oracle.floor());
    assertEquals(analysis.fitted().orElseThrow().theta()[0], oracle.fitted().orElseThrow());
    assertTrue(oracle.interval().orElseThrow().holds(floor), oracle.sentence());
    assertTrue(Answer.of(analysis).sentences().contains(oracle.sentence()));
    Analysis unknown =
        Analysis.of(MadeRuns.experiment("does it fall?", plain, MadeRuns.PLAN), plain);
    assertTrue(unknown.oracle().isEmpty());
  }

  @Test
  void runsOfSeveralFloorsHaveNone() {
    TrainingSpec spec = MadeRuns.grid().getFirst().run().spec();
    Run one = Run.of(onCorpus(spec));
    assertTrue(OracleComparison.floor(Stream.of(one), "text").isPresent());
    assertEquals(
        OptionalDouble.empty(), OracleComparison.floor(Stream.of(one, Run.of(spec)), "text"));
  }

  private static StoredRun moved(StoredRun run, double by) {
    return new StoredRun(
        Run.of(onCorpus(run.run().spec())),
        run.state(),
        run.reason(),
        run.facts(),
        run.checkpoints().stream().map(row -> moved(row, by)).toList(),
        run.seconds());
  }

  private static Checkpoint moved(Checkpoint row, double by) {
    Map<String, Checkpoint.HeldOutLoss> losses = new HashMap<>();
    row.heldOut()
        .forEach(
            (name, is) ->
                losses.put(
                    name,
                    new Checkpoint.HeldOutLoss(
                        is.loss() + by, is.standardError(), is.bitsPerByte())));
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

  private static TrainingSpec onCorpus(TrainingSpec spec) {
    return new TrainingSpec(
        spec.model(),
        CORPUS,
        spec.context(),
        spec.batch(),
        spec.tokens(),
        spec.repeat(),
        spec.optimizer(),
        spec.schedule(),
        spec.checkpoints(),
        spec.heldOut(),
        spec.seed());
  }
}
