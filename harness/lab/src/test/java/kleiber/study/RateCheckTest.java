package kleiber.study;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.function.ToDoubleFunction;
import kleiber.experiment.Experiment;
import kleiber.experiment.Experiments;
import kleiber.experiment.Run;
import kleiber.fit.Interval;
import kleiber.models.Gpt;
import kleiber.observe.Analysis;
import kleiber.observe.Row;
import kleiber.report.Report;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Probes beside a rule's learning rate, on losses whose best rate is known. */
final class RateCheckTest {
  private static final double NOISE = 0.002;

  @TempDir private Path folder;

  static Experiment experiment() {
    return Experiments.parse(
        """
        name: made
        question: Is the rule's rate the best?
        base:
          corpus: {type: StandInCorpus, vocabulary: 256}
          context: 64
          batch: 8
          repeat: false
          model: {type: Gpt, depth: 2, heads: 2, position: learned, norm: layer, activation: gelu, tiedHead: true, qkNorm: false, biases: true}
          optimizer: {beta1: 0.9, beta2: 0.98, epsilon: 1e-8, weightDecay: 0.1, clip: 1}
          schedule: {type: Cosine, warmupTokens: 1e5, finalFraction: 0.1}
          checkpoints: {first: 131072, ratio: 2}
          heldOut:
            text: {tokens: 65536}
        rules:
          - {type: LearningRateBySize, params: 25000, rate: 5e-3, exponent: -0.35}
        grid:
          - {model.width: [16, 32, 48], tokens: [1e6, 2e6, 4e6], seed: [1, 2]}
          - {model.width: [64], tokens: [8e6], seed: [1]}
        probes:
          - {model.width: [16], tokens: [1e6], seed: [1], rules.0.rate: [2.5e-3, 1e-2]}
          - {model.width: [64], tokens: [8e6], seed: [1], rules.0.rate: [2.5e-3, 1e-2]}
        fit:
          law: {type: Chinchilla}
          objective: {type: Huber, delta: 1e-3}
          heldOut: text
          checkpoints: last
          params: non-embedding
          flops: exact
          holdOut: {flopsAbove: 5e12}
          bootstrap: 60
          confidence: 0.9
        studies:
          - {type: RateCheck}
        """);
  }

  /** A Chinchilla law, a bowl about the best rate, and noise that goes with run. */
  private static ToDoubleFunction<Run> losses(ToDoubleFunction<Run> best, long seed) {
    return run -> {
      double n = run.parameters(256).hidden();
      double x =
          Math.log(run.spec().optimizer().learningRate() / (rule(run) * best.applyAsDouble(run)));
      double noise = NOISE * new Random(seed ^ run.id().hashCode()).nextGaussian();
      return 1.2 + 20 / Math.cbrt(n) + 30 / Math.cbrt(run.trainedTokens()) + 0.03 * x * x + noise;
    };
  }

  private static double rule(Run run) {
    double n = run.parameters(256).hidden() + run.parameters(256).output();
    return 5e-3 * Math.pow(n / 25000, -0.35);
  }

  private static int width(Run run) {
    return ((Gpt) run.spec().model()).width();
  }

  private static StudyResult study(Analysis analysis) {
    return Conclusions.of(analysis).studies().getFirst();
  }

  @Test
  void aRuleThatIsOffByTheSameFactorEverywhereErrsToOneSide() {
    Analysis analysis = MadeLosses.analysis(experiment(), losses(_ -> 1.2, 1));
    StudyResult study = study(analysis);
    String side = study.sentences().getFirst();
    assertTrue(
        side.startsWith("The rule’s rate is too low in the smallest cell and in the largest: "),
        side);
    String cost = study.tables().getFirst().rows().getFirst().getLast().shown();
    assertTrue(side.contains(", which costs %s of the loss, at N 6592".formatted(cost)), side);
    assertTrue(
        study.sentences().get(1).startsWith("No movement beyond the noise: "),
        study.sentences()::toString);
    assertEquals("", study.objection());
    for (String cell : List.of("smallest cell", "largest cell")) {
      StudyResult.Number best = study.numbers().get("best rate over the rule's, " + cell);
      assertTrue(new Interval(best.low(), best.high(), 0.9).holds(1.2), cell + ": " + best);
    }
  }

  @Test
  void aRuleThatMayBeRightIsNotSaidToErr() {
    StudyResult study = study(MadeLosses.analysis(experiment(), losses(_ -> 1, 1)));
    assertTrue(
        study.sentences().getFirst().startsWith("No movement beyond the noise: "),
        study.sentences()::toString);
    assertEquals(List.of(), study.notes(), "width alone tells the cells apart");
  }

  /** One stream of the smallest width and four of the largest are probed. */
  @Test
  void cellsThatDifferInMoreThanSizeAreSaidTo() {
    StudyResult study =
        study(
            MadeLosses.analysis(
                MadeLosses.experiment("parallel-streams"),
                run ->
                    2
                        + Math.pow(Math.log(run.spec().optimizer().learningRate() / 8e-3), 2)
                        + 0.01 * run.spec().seed()));
    assertTrue(
        study
            .notes()
            .contains(
                "The smallest and the largest cell differ in model.streams (1 | 4) beside their"
                    + " size: whether the best rate moves with size alone they do not tell."),
        study.notes()::toString);
  }

  @Test
  void aBestRateThatMovesWithSizeVoidsTheResult() {
    Analysis analysis =
        MadeLosses.analysis(experiment(), losses(run -> width(run) > 50 ? 0.7 : 1.3, 1));
    Conclusions conclusions = Conclusions.of(analysis);
    StudyResult study = conclusions.studies().getFirst();
    assertTrue(
        study.sentences().getFirst().startsWith("The rule does not hold"),
        study.sentences()::toString);
    assertTrue(
        study.objection().startsWith("The learning rates void the result"), study.objection());
    assertEquals(study.objection(), conclusions.answer().sentences().getFirst());
  }

  @Test
  void aBestRateBeyondTheProbesIsNoVertex() {
    Analysis analysis =
        MadeLosses.analysis(
            experiment(),
            run ->
                2
                    + 0.05 * Math.log(run.spec().optimizer().learningRate())
                    + (run.spec().seed() == 2 ? 0.001 : 0));
    StudyResult study = study(analysis);
    assertTrue(
        study.sentences().getFirst().startsWith("The rule’s rate is not checked"),
        study.sentences()::toString);
    assertFalse(study.objection().isEmpty());
  }

  /** A small size whose seeds lie far apart takes no certainty from the quiet ones. */
  @Test
  void aSizeWithSeedsIsJudgedByItsOwnNoise() {
    ToDoubleFunction<Run> quiet = losses(run -> width(run) > 50 ? 0.7 : 1.3, 1);
    StudyResult study =
        study(
            MadeLosses.analysis(
                experiment(),
                run ->
                    quiet.applyAsDouble(run)
                        + (width(run) == 16 && run.spec().seed() == 2 ? 0.2 : 0)));
    assertTrue(
        study.sentences().getFirst().contains("the noise hides the vertex"),
        study.sentences()::toString);
    assertTrue(
        study.sentences().stream()
            .anyMatch(
                line ->
                    line.startsWith("At N 6592: ")
                        && line.contains("pooled over 3 cells (3 degrees of freedom)")),
        study.sentences()::toString);
    assertTrue(
        study.sentences().stream().anyMatch(line -> line.contains("pooled over 9 cells")),
        study.sentences()::toString);
  }

  @Test
  void probesAreNeitherFittedNorForetold() {
    Experiment experiment = experiment();
    Analysis analysis = MadeLosses.analysis(experiment, losses(_ -> 1, 1));
    assertEquals(18, analysis.observations().fit().size());
    assertEquals(1, analysis.observations().heldOut().size());
    assertEquals(
        4,
        analysis.observations().rows().stream().filter(row -> row.use() == Row.Use.PROBE).count());
    assertEquals(List.of(), analysis.observations().exclusions());
    Experiment without =
        new Experiment("made", "?", experiment.grid(), experiment.fit(), experiment.text());
    Analysis alone = MadeLosses.analysis(without, losses(_ -> 1, 1));
    assertEquals(alone.fitted().get().cost(), analysis.fitted().get().cost());
  }

  @Test
  void aStudyThatCannotSayAnythingSaysSoAndTheReportIsWritten() throws IOException {
    Experiment experiment = experiment();
    Analysis analysis =
        Analysis.of(experiment, MadeLosses.runs(experiment.grid(), losses(_ -> 1, 1)));
    StudyResult study = study(analysis);
    assertEquals(
        List.of(
            "It cannot be said: no cell of the grid has two probes done at other learning rates"
                + " beside it."),
        study.sentences());
    Analysis nothing = Analysis.of(experiment, List.of());
    assertTrue(study(nothing).sentences().getFirst().startsWith("It cannot be said: "));
    Report.write(folder, nothing);
    assertTrue(Files.exists(StudyResult.path(folder, "RateCheck")));
  }

  @Test
  void theReportHoldsItAsFileSectionAndFigure() throws IOException {
    Analysis analysis = MadeLosses.analysis(experiment(), losses(_ -> 1, 1));
    Path page = Report.write(folder, analysis);
    StudyResult kept = StudyResult.read(StudyResult.path(folder, "RateCheck"));
    StudyResult made = study(analysis);
    assertEquals(made, kept);
    String html = Files.readString(page);
    assertTrue(html.contains("<h2 id=\"study-RateCheck\">The rate of the rule</h2>"), "section");
    assertTrue(html.contains("done, probe"), "side in the table of runs");
    assertTrue(Files.exists(folder.resolve("figures/rate-check.svg")));
    assertTrue(Files.readString(folder.resolve("report.md")).contains(made.sentences().getFirst()));
    Path stale = StudyResult.path(folder, "Gone");
    made.write(stale);
    Report.write(folder, analysis);
    assertFalse(Files.exists(stale));
  }
}
