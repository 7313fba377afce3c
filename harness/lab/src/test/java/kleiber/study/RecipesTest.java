package kleiber.study;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;
import kleiber.experiment.Experiment;
import kleiber.experiment.Experiments;
import kleiber.experiment.Run;
import kleiber.experiment.UserException;
import kleiber.fit.Interval;
import kleiber.observe.Analysis;
import kleiber.observe.PositionTable;
import kleiber.report.Report;
import kleiber.run.StoredRun;
import kleiber.train.Constant;
import kleiber.train.Muon;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two optimizers whose losses follow known laws, each with a best rate of its own. */
final class RecipesTest {
  private static final double NOISE = 0.002;
  private static final long SEED = 5;

  @TempDir private Path folder;

  private static final String ADAMW =
      "{beta1: 0.9, beta2: 0.98, epsilon: 1e-8, weightDecay: 0.1, clip: 1}";
  private static final String MUON =
      "{type: Muon, momentum: 0.95, beta1: 0.9, beta2: 0.98, epsilon: 1e-8, weightDecay: 0.1,"
          + " clip: 1}";

  /** What a test varies of the experiment. */
  private static String text(String widths, String seeds, String schedules) {
    return """
    name: made
    question: Which optimizer?
    base:
      corpus: {type: StandInCorpus, vocabulary: 256}
      context: 64
      batch: 8
      repeat: false
      model: {type: Gpt, depth: 2, heads: 2, position: learned, norm: layer, activation: gelu, tiedHead: true, qkNorm: false, biases: true}
      checkpoints: {first: 131072, ratio: 2}
      heldOut:
        text: {tokens: 65536}
    grid:
      - model.width: [%s]
        tokens: [1e6, 2e6, 4e6]
        optimizer: [%s, %s]
        optimizer.learningRate: [2e-3, 4e-3, 8e-3]
        schedule: [%s]
        seed: [%s]
      - model.width: [64]
        tokens: [8e6]
        optimizer: [%s, %s]
        optimizer.learningRate: [2e-3, 4e-3, 8e-3]
        schedule: [{type: Cosine, warmupTokens: 1e5, finalFraction: 0.1}]
        seed: [%s]
    fit:
      law: {type: Chinchilla}
      objective: {type: Huber, delta: 1e-3}
      heldOut: text
      checkpoints: last
      params: non-embedding
      flops: exact
      holdOut: {flopsAbove: 5e12}
      bootstrap: 50
      confidence: 0.9
      where: {optimizer.type: AdamW}
      rates: best
    studies:
      - type: Recipes
        recipes: {adamw: {optimizer.type: AdamW}, muon: {optimizer.type: Muon}}
        baseline: adamw
        tokensPerParameter: 40
    """
        .formatted(widths, ADAMW, MUON, schedules, seeds, ADAMW, MUON, seeds);
  }

  private static final String COSINE = "{type: Cosine, warmupTokens: 1e5, finalFraction: 0.1}";

  private static Experiment experiment() {
    return Experiments.parse(text("16, 24, 32, 48", "1, 2, 3", COSINE));
  }

  private static boolean muon(Run run) {
    return run.spec().optimizer() instanceof Muon;
  }

  /** A law of N and D in units of the grid's middle, a bowl about 4e-3, and seeds' noise. */
  private static ToDoubleFunction<Run> losses(ToDoubleFunction<Run> lnMuon, long seed) {
    return run -> {
      double n = run.parameters(256).hidden() + run.parameters(256).output();
      double x = Math.log(run.spec().optimizer().learningRate() / 4e-3);
      Random own = new Random(seed ^ run.id().hashCode());
      Random shared =
          new Random(seed ^ Objects.hash(Math.round(n), run.trainedTokens(), run.spec().seed()));
      double noise = NOISE * (shared.nextGaussian() + 0.3 * own.nextGaussian());
      double law = 1.2 + 20 / Math.cbrt(n) + 60 / Math.cbrt(run.trainedTokens());
      double constant = run.spec().schedule() instanceof Constant ? 0.03 : 0;
      return law
          * Math.exp((muon(run) ? lnMuon.applyAsDouble(run) : 0) + 0.02 * x * x + constant + noise);
    };
  }

  private static StudyResult study(Experiment experiment, ToDoubleFunction<Run> losses) {
    return Conclusions.of(MadeLosses.analysis(experiment, losses)).studies().getFirst();
  }

  private static Interval interval(StudyResult study, String number) {
    StudyResult.Number its = study.numbers().get(number);
    assertTrue(its != null, () -> number + " is not among " + study.numbers().keySet());
    return new Interval(its.low(), its.high(), 0.9);
  }

  private static boolean says(StudyResult study, String words) {
    return study.sentences().stream().anyMatch(sentence -> sentence.contains(words));
  }

  @Test
  void aKnownGainIsHeldByItsIntervals() {
    StudyResult study = study(experiment(), losses(_ -> Math.log(0.97), SEED));
    assertTrue(
        study.sentences().getFirst().contains("muon has the lower loss"),
        study.sentences()::toString);
    for (String where :
        List.of(
            "largest compute fitted, by law",
            "held-out size, foretold",
            "held-out size, measured",
            "largest common size, measured")) {
      String number = "muon over adamw at the " + where;
      assertTrue(interval(study, number).holds(-0.03), number + study.numbers().get(number));
    }
    assertTrue(
        study.numbers().get("compute-equivalent gain of muon over adamw, largest compute").low()
            > 1,
        study.numbers()::toString);
    assertTrue(says(study, "adamw at 13 of 13 sizes, muon at 13 of 13 sizes"), study::toString);
    assertTrue(says(study, "muon alone: Chinchilla’s law fitted to 36 runs"), study::toString);
    assertTrue(says(study, "over 3 seeds; at 13 of the 13 common sizes"), study::toString);
    assertEquals(1, study.figures().size());
    assertEquals("", study.objection());
  }

  @Test
  void equalRecipesAreNotToldApart() {
    StudyResult study = study(experiment(), losses(_ -> 0, SEED));
    assertTrue(
        study.sentences().getFirst().contains("may have the lower loss"),
        study.sentences()::toString);
    assertTrue(says(study, "a crossing of them means nothing"), study::toString);
    assertTrue(says(study, "which tells neither from the other"), study::toString);
  }

  @Test
  void aKnownCrossingInsideTheRangeIsFound() {
    double at = 1.5e12;
    StudyResult study =
        study(experiment(), losses(run -> -0.03 * Math.log(run.flops(256) / at), SEED));
    StudyResult.Number crossing = study.numbers().get("crossing of muon and adamw");
    assertTrue(
        crossing != null && crossing.low() < at && at < crossing.high(),
        () -> study.sentences().toString());
    assertTrue(crossing.high() < 3 * crossing.low(), "it is known: " + crossing);
    assertTrue(says(study, "adamw is ahead up to"), study::toString);
    assertTrue(says(study, "within the range measured"), study::toString);
    assertTrue(says(study, "Measured on either side of the crossing"), study::toString);
    assertTrue(says(study, "the gain grows with compute"), study::toString);
  }

  @Test
  void aConstantRateHasAVerdictOfItsOwn() {
    Experiment experiment =
        Experiments.parse(
            text("16, 32, 48", "1, 2", COSINE + ", {type: Constant, warmupTokens: 1e5}"));
    ToDoubleFunction<Run> agree = losses(_ -> Math.log(0.97), SEED);
    StudyResult same = study(experiment, agree);
    assertTrue(says(same, "At a constant learning rate muon over adamw is"), same::toString);
    assertTrue(says(same, "the verdicts agree"), same::toString);
    assertTrue(says(same, "adamw alone: Chinchilla’s law fitted to 18 runs"), same::toString);
    StudyResult other =
        study(
            experiment,
            losses(run -> run.spec().schedule() instanceof Constant ? 0.03 : Math.log(0.97), SEED));
    assertTrue(says(other, "the verdicts do not agree"), other::toString);
  }

  /** The loss falls with the position; Muon's is 1 % higher for every doubling of it. */
  private static List<Double> positions(Run run, double slope) {
    Random noise = new Random(SEED ^ run.id().hashCode());
    return IntStream.rangeClosed(1, 64)
        .mapToObj(
            t ->
                (1.5 + 2 / Math.sqrt(t))
                    * Math.exp((muon(run) ? slope : 0) * Math.log(t) / Math.log(2))
                    * Math.exp(0.001 * noise.nextGaussian()))
        .toList();
  }

  @Test
  void whereInTheWindowOneFallsBehindIsFound() throws IOException {
    Experiment experiment = Experiments.parse(text("16, 32", "1, 2, 3", COSINE));
    List<StoredRun> runs = MadeLosses.runs(experiment.runs(), losses(_ -> 0, SEED));
    Analysis analysis =
        Analysis.of(experiment, MadeLosses.byPosition(runs, run -> positions(run, 0.01)));
    Conclusions conclusions = Conclusions.of(analysis);
    StudyResult study = conclusions.studies().getFirst();
    assertTrue(says(study, "By position in the window of 64 tokens"), study::toString);
    assertTrue(says(study, "muon loses ground to adamw along the window"), study::toString);
    assertTrue(
        interval(study, "muon over adamw, per doubling of the position").holds(Math.expm1(0.01)),
        study.numbers()::toString);
    assertTrue(says(study, "of 64 on muon is behind throughout"), study::toString);
    assertEquals(2, study.figures().size());
    Report.write(folder, conclusions);
    List<String> table = Files.readAllLines(folder.resolve(PositionTable.FILE));
    assertEquals("run,held_out,position,loss", table.getFirst());
    assertEquals(1 + 64 * runs.size(), table.size());

    StudyResult even =
        Conclusions.of(
                Analysis.of(experiment, MadeLosses.byPosition(runs, run -> positions(run, 0))))
            .studies()
            .getFirst();
    assertTrue(says(even, "no change along the window is known"), even::toString);
  }

  @Test
  void whatCannotBeSaidIsSaidPlainly() {
    Experiment experiment = experiment();
    ToDoubleFunction<Run> losses = losses(_ -> -0.03, SEED);
    StudyResult nothing = Conclusions.of(Analysis.of(experiment, List.of())).studies().getFirst();
    assertTrue(nothing.sentences().getFirst().startsWith("It cannot be said: "), nothing::toString);
    List<Run> small = smallest(experiment, 1);
    StudyResult one =
        Conclusions.of(Analysis.of(experiment, MadeLosses.runs(small, losses)))
            .studies()
            .getFirst();
    assertTrue(
        one.sentences().getFirst().startsWith("No law tells muon from adamw: "), one::toString);
    assertTrue(says(one, "a single seed tells no noise"), one::toString);
    List<Run> apart =
        experiment.runs().stream()
            .filter(run -> muon(run) == (run.spec().tokens() == 4e6))
            .toList();
    StudyResult none =
        Conclusions.of(Analysis.of(experiment, MadeLosses.runs(apart, losses)))
            .studies()
            .getFirst();
    assertTrue(says(none, "were run at no common size and length"), none::toString);
  }

  private static List<Run> smallest(Experiment experiment, long seed) {
    return experiment.runs().stream()
        .filter(run -> run.spec().seed() == seed && run.spec().tokens() == 1e6)
        .filter(run -> run.parameters(256).hidden() < 10_000)
        .toList();
  }

  @Test
  void theLawIsThatOfOneRecipeAtItsBestRates() throws IOException {
    Analysis analysis = MadeLosses.analysis(experiment(), losses(_ -> -0.03, SEED));
    assertEquals(36, analysis.observations().fit().size());
    assertEquals(3, analysis.observations().heldOut().size());
    List<String> notes = Conclusions.of(analysis).answer().sentences();
    assertTrue(
        notes.contains(
            "The fit is of the runs with optimizer.type AdamW; 117 runs of other recipes are"
                + " neither fitted nor foretold."),
        notes::toString);
    assertTrue(
        notes.contains(
            "Of several learning rates and batches tried at one size and length the best counts"
                + " alone, at the held-out size too: 78 runs do not."),
        notes::toString);
    Report.write(folder, analysis);
    String html = Files.readString(folder.resolve("report.html"));
    assertTrue(html.contains("done, other recipe"), "side in the table of runs");
    assertTrue(html.contains("study-Recipes"), "section of the study");
  }

  @Test
  void aLawThroughSeveralRecipesIsSaidToBe() {
    Experiment mixed =
        Experiments.parse(
            text("16, 32", "1", COSINE).replace("  where: {optimizer.type: AdamW}\n", ""));
    List<String> notes =
        Conclusions.of(MadeLosses.analysis(mixed, losses(_ -> -0.03, SEED))).answer().sentences();
    assertTrue(
        notes.contains(
            "One law is fitted through several recipes, which differ in optimizer.type (AdamW,"
                + " Muon), and is the law of none of them; fit.where chooses one."),
        notes::toString);
  }

  @Test
  void mistakesInRecipesAreNamed() {
    String text = text("16, 32", "1", COSINE);
    refused(
        text.replace("baseline: adamw", "baseline: adam"),
        "there is no recipe 'adam'; known: adamw, muon");
    refused(
        text.replace("{optimizer.type: Muon}", "{optimizer.type: AdamW}"),
        "have the same settings");
    refused(
        text.replace("where: {optimizer.type: AdamW}", "where: {optimizer.type: Adam}"),
        "no run has optimizer.type Adam; known: AdamW, Muon");
    refused(
        text.replace("where: {optimizer.type: AdamW}", "where: {optimiser.type: AdamW}"),
        "no run has a setting 'optimiser.type'; known: ");
    StudyResult unknown =
        study(
            Experiments.parse(
                text.replace("muon: {optimizer.type: Muon}", "muon: {model.norm: rms}")),
            losses(_ -> 0, SEED));
    assertEquals(
        "It cannot be said: no run has model.norm rms; known: layer",
        unknown.sentences().getFirst());
  }

  private static void refused(String text, String words) {
    String message = assertThrows(UserException.class, () -> Experiments.parse(text)).getMessage();
    assertTrue(message.contains(words), message);
  }

  @Test
  void seedsMeetWhateverTheirOrder() {
    Experiment experiment = Experiments.parse(text("16, 32", "1, 2", COSINE));
    ToDoubleFunction<Run> losses = losses(_ -> -0.03, SEED);
    List<Run> reversed =
        IntStream.range(0, experiment.runs().size())
            .mapToObj(i -> experiment.runs().get(experiment.runs().size() - 1 - i))
            .toList();
    StudyResult one = study(experiment, losses);
    StudyResult other =
        Conclusions.of(Analysis.of(experiment, MadeLosses.runs(reversed, losses)))
            .studies()
            .getFirst();
    String number = "muon over adamw at the largest common size, measured";
    assertEquals(one.numbers().get(number), other.numbers().get(number));
    assertFalse(one.sentences().isEmpty());
  }

  @Test
  void lossesOfOtherThingsAreNotSetSideBySide() {
    String masked =
        text("16, 24, 32, 48", "1, 2", COSINE)
            .replace("optimizer: [" + ADAMW + ", " + MUON + "]", "optimizer: [" + ADAMW + "]")
            .replace("fit:\n", encoders())
            .replace("where: {optimizer.type: AdamW}", "where: {model.type: Gpt}")
            .replace(
                "recipes: {adamw: {optimizer.type: AdamW}, muon: {optimizer.type: Muon}}",
                "recipes: {gpt: {model.type: Gpt}, encoder: {model.type: Encoder}}")
            .replace("baseline: adamw", "baseline: gpt");
    StudyResult study = study(Experiments.parse(masked), losses(_ -> 0, SEED));
    assertTrue(
        says(study, "encoder and gpt do not compare: encoder predicts masked tokens"),
        study::toString);
    assertFalse(says(study, "Measured with no law"), study::toString);
  }

  private static String encoders() {
    return """
      - model:
          - {type: Encoder, depth: 2, width: 16, heads: 2, position: learned, norm: layer, activation: gelu, qkNorm: false, biases: true, masked: 0.15}
          - {type: Encoder, depth: 2, width: 32, heads: 2, position: learned, norm: layer, activation: gelu, qkNorm: false, biases: true, masked: 0.15}
          - {type: Encoder, depth: 2, width: 48, heads: 2, position: learned, norm: layer, activation: gelu, qkNorm: false, biases: true, masked: 0.15}
        tokens: [1e6, 2e6, 4e6]
        optimizer: [%s]
        optimizer.learningRate: [2e-3, 4e-3, 8e-3]
        schedule: [%s]
        seed: [1, 2]
      - model:
          - {type: Encoder, depth: 2, width: 64, heads: 2, position: learned, norm: layer, activation: gelu, qkNorm: false, biases: true, masked: 0.15}
        tokens: [8e6]
        optimizer: [%s]
        optimizer.learningRate: [4e-3]
        schedule: [%s]
        seed: [1]
    fit:
    """
        .formatted(ADAMW, COSINE, ADAMW, COSINE)
        .indent(0);
  }

  @Test
  void activeParametersOfDenseModelsAreAllOfThem() throws IOException {
    Experiment active =
        Experiments.parse(
            text("16, 24, 32, 48", "1, 2", COSINE)
                .replace("params: non-embedding", "params: active"));
    Analysis analysis = MadeLosses.analysis(active, losses(_ -> -0.03, SEED));
    Report.write(folder, Conclusions.of(analysis));
    String table = Files.readString(folder.resolve("observations.csv"));
    assertTrue(
        table.lines().findFirst().orElseThrow().contains("paramsActive"), "N has its column");
  }
}
