package kleiber.study;

import static kleiber.study.MadeRecipes.interval;
import static kleiber.study.MadeRecipes.says;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import kleiber.experiment.Experiment;
import kleiber.experiment.Experiments;
import kleiber.experiment.FlatSettings;
import kleiber.experiment.LossToLoss;
import kleiber.experiment.Run;
import kleiber.experiment.UserException;
import kleiber.observe.Analysis;
import kleiber.report.Report;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Losses of two corpora that follow a known curve. */
final class LossToLossTest {
  private static final String A = "{corpus.vocabulary: 256}";
  private static final String B = "{corpus.vocabulary: 260}";
  private static final String TRAIN =
      "{from: {heldOut: a, where: %s}, to: {heldOut: b, where: %s}}".formatted(A, B);
  private static final String TEST =
      "{from: {heldOut: a, where: %s}, to: {heldOut: b, where: %s}}".formatted(A, A);
  private static final double NOISE = 3e-4;
  private static final String TEXT =
      """
      name: made
      question: Which curve?
      base:
        context: 64
        batch: 8
        repeat: false
        model: {type: Gpt, depth: 2, heads: 2, position: learned, norm: layer, activation: gelu, tiedHead: true, qkNorm: false, biases: true}
        optimizer: {beta1: 0.9, beta2: 0.98, epsilon: 1e-8, weightDecay: 0.1, clip: 1, learningRate: 4e-3}
        schedule: {type: Cosine, warmupTokens: 1e5, finalFraction: 0.1}
        checkpoints: {first: 131072, ratio: 2}
        heldOut:
          a: {tokens: 65536, corpus: {type: StandInCorpus, vocabulary: 256}}
          b: {tokens: 65536, corpus: {type: StandInCorpus, vocabulary: 260}}
      grid:
        - corpus: [{type: StandInCorpus, vocabulary: 256}, {type: StandInCorpus, vocabulary: 260}]
          model.width: [16, 24, 32, 48]
          tokens: [262144, 1e6, 4e6]
          seed: [1, 2]
        - corpus: [{type: StandInCorpus, vocabulary: 256}, {type: StandInCorpus, vocabulary: 260}]
          model.width: [64]
          tokens: [8e6]
          seed: [1]
      fit:
        law: {type: Chinchilla}
        objective: {type: Huber, delta: 1e-3}
        heldOut: a
        checkpoints: last
        params: non-embedding
        flops: exact
        holdOut: {flopsAbove: 5e12}
        bootstrap: 60
        confidence: 0.9
        where: {corpus.vocabulary: 256}
      studies:
        - {type: LossToLoss, pairs: {curve: @}}
      """;

  private static Experiment experiment(String pair) {
    return Experiments.parse(TEXT.replace("@", pair));
  }

  private static double known(Run run) {
    double n = run.parameters(256).hidden() + run.parameters(256).output();
    return 1 + 30 * Math.pow(n, -0.4) + 100 * Math.pow(run.trainedTokens(), -0.4);
  }

  private static double foretold(double known, double kappa) {
    return 0.8 + 1.1 * Math.pow(known - 1, kappa);
  }

  private static StudyResult study(Experiment experiment, double kappa) {
    return study(experiment, kappa, NOISE, 0);
  }

  private static StudyResult study(
      Experiment experiment, double kappa, double deviation, int seed) {
    return study(
        MadeLosses.curves(
            experiment,
            (run, _, name) -> {
              double noise = 1 + deviation * new Random(run.id().hashCode() + seed).nextGaussian();
              double known = known(run);
              return noise * (name.equals("a") ? known : foretold(known, kappa));
            }));
  }

  private static StudyResult study(Analysis analysis) {
    return Conclusions.of(analysis).studies().getFirst();
  }

  /** The loss of the largest run by the truth. */
  private static double truth(Experiment experiment, double kappa) {
    return foretold(
        experiment.runs().stream().mapToDouble(LossToLossTest::known).min().orElseThrow(), kappa);
  }

  @Test
  void theCurveBetweenTwoCorporaIsRecovered() {
    Experiment experiment = experiment(TRAIN);
    StudyResult study = study(experiment, 1.3);
    assertTrue(interval(study, "curve: kappa").holds(1.3), study.numbers()::toString);
    assertTrue(interval(study, "curve: kappa").low() > 1, study.numbers()::toString);
    assertTrue(
        interval(study, "curve: loss foretold").holds(truth(experiment, 1.3)),
        study.numbers()::toString);
    assertTrue(says(study, "above 1, so the loss foretold nears its floor with the larger"));
    assertTrue(
        study.sentences().getFirst().startsWith("curve: ShiftedPowerLaw’s law fitted to 24 runs"),
        study.sentences()::toString);
    double law = study.numbers().get("curve: mean error of the pairs held out").value();
    for (String other : new String[] {"constant ratio", "power law in compute"}) {
      double its = study.numbers().get("curve: the same of a " + other).value();
      assertTrue(law < its, other + " " + study.numbers());
    }
    assertEquals(25, study.tables().getFirst().rows().size());
    assertTrue(
        study.notes().stream().anyMatch(note -> note.contains("from seed to seed it scatters by")),
        study.notes()::toString);
  }

  /** An interval of 90 % misses now and then. */
  @Test
  void proportionalExcessesAreNotToldApart() {
    int held = 0;
    for (int seed = 1; seed <= 5; seed++) {
      StudyResult study = study(experiment(TRAIN), 1, NOISE, seed);
      boolean holds = interval(study, "curve: kappa").holds(1);
      held += holds ? 1 : 0;
      assertEquals(holds, says(study, "the interval holds 1, so"), study::toString);
    }
    assertTrue(held >= 3, held + " of 5 intervals hold 1");
  }

  @Test
  void aRunIsSetAgainstItself() {
    Experiment experiment = experiment(TEST);
    StudyResult study = study(experiment, 0.7);
    assertTrue(interval(study, "curve: kappa").holds(0.7), study.numbers()::toString);
    assertTrue(says(study, "below 1"), study::toString);
    assertTrue(
        study.notes().stream().anyMatch(note -> note.contains("Both losses are of one run")),
        study.notes()::toString);
  }

  /** Noise tempts a free floor above the lowest losses, and all that is below it is then level. */
  @Test
  void noLossLiesBelowItsFloor() {
    Experiment experiment = experiment(TRAIN);
    StudyResult study = study(experiment, 1.1, 0.02, 0);
    double lowest =
        study.tables().getFirst().rows().stream()
            .mapToDouble(row -> row.get(3).value())
            .min()
            .orElseThrow();
    assertTrue(interval(study, "curve: E_x").high() < lowest, study.numbers()::toString);
    StudyResult wild = study(experiment, 1.1, 0.1, 0);
    assertTrue(interval(wild, "curve: loss foretold").low() > 0, wild.numbers()::toString);
    assertTrue(
        interval(wild, "curve: loss foretold")
            .holds(wild.numbers().get("curve: loss foretold").value()),
        wild.numbers()::toString);
  }

  /** Losses that do not depend on one another have no exponent between them. */
  @Test
  void anExponentOnItsBoundIsNotKnown() {
    StudyResult study =
        study(
            MadeLosses.analysis(
                experiment(TRAIN), run -> 2 + 0.1 * new Random(run.id().hashCode()).nextDouble()));
    assertTrue(says(study, "it lies on a bound of its range, so it is not known"), study::toString);
  }

  /** A report of what is done says what is not. */
  @Test
  void whatIsMissingIsSaid() {
    Experiment experiment = experiment(TRAIN);
    Analysis nothing =
        Analysis.of(
            experiment,
            MadeLosses.runs(experiment.runs(), run -> 2.0).stream()
                .filter(run -> FlatSettings.of(run.run()).get("corpus.vocabulary").equals("256"))
                .toList());
    assertEquals(
        "curve: it cannot be said: no two losses that make a pair are there yet.",
        study(nothing).sentences().getFirst());
    LossToLoss ofAll =
        new LossToLoss(
            Map.of(
                "all",
                new LossToLoss.Pair(
                    new LossToLoss.Side("a", Optional.empty()),
                    new LossToLoss.Side("b", Optional.empty()))));
    Experiment twoCurves =
        new Experiment(
            "made",
            "Which?",
            experiment.runs(),
            experiment.fit(),
            List.of(ofAll),
            experiment.text());
    String refusal = study(MadeLosses.analysis(twoCurves, run -> 2)).sentences().getFirst();
    assertTrue(refusal.contains("where must tell them apart"), refusal);
  }

  @Test
  void aGridThatCannotAnswerIsRefused() {
    refused(TEST.replace("heldOut: b", "heldOut: c"), "pairs.curve.to: unknown held-out set 'c'");
    refused(
        TRAIN.replace("260", "261"),
        "pairs.curve.to: no run has corpus.vocabulary 261; known: 256, 260");
    refused(
        "{from: {heldOut: a}, to: {heldOut: b}}",
        "are alike in N, D, learning rate, batch and seed, but for corpus.vocabulary 256");
    refused(
        TRAIN.replace("256}", "256, model.width: 16}"),
        "it takes 5 pairs of runs alike in N, D and seed that are fitted, one more than"
            + " LossFromLoss has parameters, and one that is held out; the grid has 6 and 0");
    refused(TEST.replace("heldOut: b", "heldOut: a"), "from and to are the same losses");
  }

  @Test
  void thePageShowsPairsAndCurve(@TempDir Path folder) throws IOException {
    Experiment experiment = experiment(TEST);
    Path page = Report.write(folder, MadeLosses.analysis(experiment, LossToLossTest::known));
    String text = Files.readString(page);
    for (String part : List.of("study-LossToLoss", "Pairs of curve", "Loss from loss, curve")) {
      assertTrue(text.contains(part), part);
    }
  }

  private static void refused(String pair, String sentence) {
    String refusal = assertThrows(UserException.class, () -> experiment(pair)).getMessage();
    assertTrue(refusal.contains(sentence), refusal);
    assertFalse(refusal.contains("\n"), refusal);
  }
}
