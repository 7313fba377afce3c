package kleiber.observe;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import kleiber.experiment.FitPlan;
import kleiber.fit.Outcome;
import kleiber.laws.Chinchilla;
import kleiber.laws.Observation;
import kleiber.models.ParameterCount;
import kleiber.run.StoredRun;
import org.junit.jupiter.api.Test;

class AnalysisTest {
  @Test
  void aKnownLawIsFoundAndForetells() {
    Analysis analysis = analyse(MadeRuns.grid());
    assertEquals(Outcome.CONVERGED, analysis.fitted().orElseThrow().outcome());
    for (Residual residual : analysis.heldOutResiduals()) {
      Observation row = residual.measured();
      double truth = new Chinchilla().loss(row.at(), MadeRuns.TRUTH);
      assertEquals(truth, residual.predicted(), 0.03 * truth);
    }
    assertTrue(analysis.trainingError() < 0.006, "noise is 0.3 %");
    assertEquals(1, analysis.extrapolation().orElseThrow().points().size());
    assertTrue(analysis.gaps().isEmpty());
    Answer answer = Answer.of(analysis);
    assertEquals(Answer.Verdict.INSIDE, answer.verdict());
    assertTrue(
        answer.headline().startsWith("Chinchilla’s law fitted to 20 runs of at most 7.24e12 FLOPs"),
        answer.headline());
    assertTrue(answer.headline().endsWith("inside the interval."), answer.headline());
  }

  @Test
  void aLargeRunThatBreaksTheLawIsOutsideTheInterval() {
    List<StoredRun> runs = new ArrayList<>(MadeRuns.grid());
    runs.set(runs.size() - 1, MadeRuns.run(160, 12_000_000, 1, 100));
    Answer answer = Answer.of(analyse(runs));
    assertEquals(Answer.Verdict.OUTSIDE, answer.verdict());
    assertTrue(answer.headline().endsWith("outside the interval."), answer.headline());
  }

  /** Two runs that were foretold well, and one between them in compute that was not. */
  @Test
  void heldOutLossesThatAreNotAllInsideAreCountedInTheHeadline() {
    List<StoredRun> runs = new ArrayList<>(MadeRuns.grid());
    runs.add(MadeRuns.run(160, 10_000_000, 1, 0));
    assertTrue(
        Answer.of(analyse(runs)).headline().endsWith("inside the interval."),
        Answer.of(analyse(runs)).headline());
    runs.add(MadeRuns.run(160, 11_000_000, 1, 100));
    Answer answer = Answer.of(analyse(runs));
    assertEquals(Answer.Verdict.INSIDE, answer.verdict());
    assertTrue(
        answer
            .headline()
            .endsWith("inside the interval; of 3 held-out losses 2 are inside their intervals."),
        answer.headline());
    runs.remove(runs.size() - 2);
    Answer one = Answer.of(analyse(runs));
    assertTrue(
        one.headline().endsWith("; of 2 held-out losses 1 is inside its interval."),
        one.headline());
    assertTrue(
        one.sentences().stream()
            .anyMatch(its -> its.endsWith(" and 1 of these losses is inside its interval.")),
        one.sentences()::toString);
  }

  @Test
  void everyMeaningOfNIsTriedOnTheSameRuns() {
    Analysis analysis = analyse(MadeRuns.grid());
    assertEquals(
        List.copyOf(analysis.observations().conventions()),
        analysis.conventions().stream().map(ConventionError::params).toList());
    ConventionError chosen = analysis.conventions().getFirst();
    assertEquals(
        analysis.extrapolation().orElseThrow().meanAbsoluteRelativeError(),
        chosen.meanAbsoluteRelativeError(),
        1e-12);
    assertTrue(
        analysis.conventions().stream().allMatch(error -> error.fitted().observations() == 20));
    assertTrue(
        analysis.conventions().stream()
                .mapToDouble(ConventionError::meanAbsoluteRelativeError)
                .distinct()
                .count()
            == 3);
  }

  @Test
  void withoutTheLargeRunTheAnswerSaysWhy() {
    List<StoredRun> runs = MadeRuns.grid();
    runs = MadeRuns.ended(runs, List.of(20), StoredRun.State.DIVERGED, "loss NaN at step 3");
    Analysis analysis = analyse(runs);
    assertTrue(analysis.extrapolation().isEmpty());
    assertTrue(analysis.bootstrapped().isPresent());
    assertEquals(1, analysis.gaps().size());
    String gap = analysis.gaps().getFirst();
    assertTrue(gap.startsWith("There is nothing to foretell: no run above 2e13 FLOPs"), gap);
    assertTrue(gap.contains(runs.getLast().run().id()), gap);
    assertTrue(gap.contains("loss NaN at step 3"), gap);
    assertEquals(Answer.Verdict.UNCHECKED, Answer.of(analysis).verdict());
  }

  @Test
  void withoutSmallRunsNothingIsFitted() {
    List<StoredRun> runs = MadeRuns.grid();
    runs =
        MadeRuns.ended(runs, IntStream.range(0, 20).boxed().toList(), StoredRun.State.MISSING, "");
    Analysis analysis = analyse(runs);
    assertTrue(analysis.fitted().isEmpty());
    assertTrue(analysis.gaps().getFirst().contains("and 17 more"), analysis.gaps().toString());
    Answer answer = Answer.of(analysis);
    assertEquals(Answer.Verdict.NO_FIT, answer.verdict());
    assertTrue(answer.sentences().containsAll(analysis.gaps()));
  }

  @Test
  void fewRunsForetellWithoutAnErrorBar() {
    List<StoredRun> all = MadeRuns.grid();
    List<StoredRun> runs = List.of(all.get(0), all.get(7), all.get(13), all.getLast());
    Analysis analysis = analyse(runs);
    assertTrue(analysis.bootstrapped().isEmpty());
    assertEquals(Outcome.NOT_IDENTIFIED, analysis.fitted().orElseThrow().outcome());
    Answer answer = Answer.of(analysis);
    assertEquals(Answer.Verdict.UNDETERMINED, answer.verdict());
    assertTrue(
        answer.headline().endsWith(", but the runs do not determine the law."), answer.headline());
    assertTrue(
        answer.sentences().getFirst().startsWith("The runs do not determine"), answer.toString());
    assertTrue(
        answer.sentences().stream().anyMatch(sentence -> sentence.contains("3 losses of 3 runs")),
        answer.toString());
  }

  /** One N: intervals there are, but of a law that nothing has determined. */
  @Test
  void aLawThatTheRunsDoNotDetermineIsNoSuccess() {
    List<StoredRun> runs = new ArrayList<>();
    for (int i = 0; i < 10; i++) {
      runs.add(MadeRuns.run(32, 100_000 * (i + 1), 1, i % 3 - 1));
    }
    runs.add(MadeRuns.grid().getLast());
    Analysis analysis = analyse(runs);
    assertEquals(Outcome.NOT_IDENTIFIED, analysis.fitted().orElseThrow().outcome());
    assertTrue(analysis.extrapolation().isPresent());
    assertEquals(Answer.Verdict.UNDETERMINED, Answer.of(analysis).verdict());
  }

  @Test
  void anEmptyGridIsAnalysedToo() {
    Analysis analysis = analyse(List.of());
    assertEquals(2, analysis.gaps().size());
    assertTrue(analysis.gaps().getFirst().endsWith("; the grid has none."));
    assertEquals(Answer.Verdict.NO_FIT, Answer.of(analysis).verdict());
  }

  @Test
  void noiseBetweenSeedsIsPooledWithinCells() {
    List<StoredRun> runs = new ArrayList<>();
    for (int seed = 0; seed < 3; seed++) {
      runs.add(MadeRuns.run(16, 200_000, seed, seed - 1));
      runs.add(MadeRuns.run(32, 200_000, seed, 2 * (seed - 1)));
    }
    runs.add(MadeRuns.run(64, 200_000, 0, 9));
    SeedNoise noise = SeedNoise.of(runs, "text").orElseThrow();
    assertEquals(2, noise.cells());
    assertEquals(6, noise.runs());
    double small = last(runs.get(4)) - last(runs.get(0));
    double large = last(runs.get(5)) - last(runs.get(1));
    double expected = Math.sqrt((small * small + large * large) / 2 / 4);
    assertEquals(expected, noise.standardDeviation(), 1e-3 * expected);
    assertTrue(SeedNoise.of(runs.subList(6, 7), "text").isEmpty());
    assertFalse(SeedNoise.of(runs, "other").isPresent());
  }

  @Test
  void theFrontierOfChinchillasLawIsItsOwn() {
    List<StoredRun> runs = MadeRuns.grid();
    FitPlan plan =
        MadeRuns.plan(
            FitPlan.Selection.LAST, ParameterCount.Convention.TOTAL, FitPlan.Flops.SIX_ND);
    Analysis analysis = Analysis.of(MadeRuns.experiment("?", runs, plan), runs);
    double[] theta = analysis.fitted().orElseThrow().theta();
    List<ComputeFrontier.Point> frontier = ComputeFrontier.of(analysis.foretelling(), 1e10, 1e14);
    assertTrue(frontier.size() > 40);
    for (ComputeFrontier.Point point : frontier) {
      Chinchilla.Optimum optimum = new Chinchilla().optimum(point.flops(), theta);
      assertEquals(optimum.params(), point.params(), 0.02 * optimum.params());
      assertTrue(point.interval().orElseThrow().holds(point.loss()));
    }
  }

  private static Analysis analyse(List<StoredRun> runs) {
    return Analysis.of(MadeRuns.experiment("Does it?", runs, MadeRuns.PLAN), runs);
  }

  private static double last(StoredRun run) {
    return run.checkpoints().getLast().heldOut().get("text").loss();
  }
}
