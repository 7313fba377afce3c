package kleiber.study;

import static kleiber.study.MadeRecipes.ADAMW;
import static kleiber.study.MadeRecipes.COSINE;
import static kleiber.study.MadeRecipes.MUON;
import static kleiber.study.MadeRecipes.SEED;
import static kleiber.study.MadeRecipes.experiment;
import static kleiber.study.MadeRecipes.interval;
import static kleiber.study.MadeRecipes.losses;
import static kleiber.study.MadeRecipes.muon;
import static kleiber.study.MadeRecipes.says;
import static kleiber.study.MadeRecipes.study;
import static kleiber.study.MadeRecipes.text;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;
import kleiber.experiment.Experiment;
import kleiber.experiment.Experiments;
import kleiber.experiment.Run;
import kleiber.experiment.UserException;
import kleiber.observe.Analysis;
import kleiber.train.Constant;
import org.junit.jupiter.api.Test;

/** What is said of two optimizers whose losses follow known laws. */
final class RecipesTest {
  @Test
  void aKnownGainIsHeldByItsIntervals() {
    StudyResult study = study(experiment(), losses(_ -> Math.log(0.97), SEED));
    assertTrue(says(study, "the laws give muon a lower loss than adamw"), study::toString);
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
    assertTrue(
        says(
            study,
            "over 3 seeds, each at the best of 3 rates, more than seeds make; at 13 of the 13"
                + " common"),
        study::toString);
    assertEquals(1, study.figures().size());
    assertEquals("", study.objection());
  }

  @Test
  void equalRecipesAreNotToldApart() {
    StudyResult study = study(experiment(), losses(_ -> 0, SEED));
    assertTrue(says(study, "the laws do not tell muon from adamw"), study::toString);
    assertTrue(says(study, "a crossing of them means nothing"), study::toString);
    assertTrue(
        says(study, "no more than seeds make: it tells neither from the other"), study::toString);
    assertFalse(says(study, "less than seeds make"), study::toString);
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
    assertTrue(says(study, "that need grows by a factor of "), study::toString);
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
        one.sentences().getFirst().startsWith("No law tells muon from adamw. "), one::toString);
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
  void mistakesInRecipesAreNamed() {
    refused("baseline: adamw", "baseline: adam", "there is no recipe 'adam'; known: adamw, muon");
    refused("{optimizer.type: Muon}", "{optimizer.type: AdamW}", "have the same settings");
    refused(
        "where: {optimizer.type: AdamW}",
        "where: {optimizer.type: Adam}",
        "no run has optimizer.type Adam; known: AdamW, Muon");
    refused(
        "where: {optimizer.type: AdamW}",
        "where: {optimiser.type: AdamW}",
        "no run has a setting 'optimiser.type'; known: ");
    refused(
        "where: {optimizer.type: AdamW}",
        "where: {model.typo: none}",
        "fit.where: no run has a setting 'model.typo'; known: ");
    refused(
        "muon: {optimizer.type: Muon}",
        "muon: {model.norm: rms}",
        "studies: Recipes: recipe muon: no run has model.norm rms; known: layer");
    refused(
        "muon: {optimizer.type: Muon}",
        "muon: {optimizer.momentun: none}",
        "studies: Recipes: recipe muon: no run has a setting 'optimizer.momentun'; known: ");
  }

  @Test
  void recipesThatShareRunsAreRefusedBeforeTraining() {
    refused(
        "muon: {optimizer.type: Muon}",
        "small: {model.width: 16}",
        "studies: Recipes: recipes adamw (optimizer.type AdamW) and small (model.width 16) share 9"
            + " of the grid's runs, the first of them ");
    refused(
        "muon: {optimizer.type: Muon}",
        "small: {model.width: 16}",
        "with model.width 16, optimizer.learningRate 0.002, optimizer.type AdamW, tokens 1000000;");
  }

  /** A setting that some runs have and others do not tells them apart. */
  @Test
  void whatARunDoesNotHaveIsNone() {
    Experiment experiment =
        Experiments.parse(
            text("16, 32", "1", COSINE)
                .replace("adamw: {optimizer.type: AdamW}", "adamw: {optimizer.momentum: none}"));
    StudyResult study = study(experiment, losses(_ -> Math.log(0.97), SEED));
    assertTrue(says(study, "at 7 of the 7 common sizes muon has the lower"), study::toString);
  }

  /** The grid of two widths with one thing in it replaced, and what is said of it. */
  private static void refused(String before, String after, String words) {
    String text = text("16, 32", "1", COSINE).replace(before, after);
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

  /** The bootstrap of the recipe that the fit is of draws what that of the experiment draws. */
  @Test
  void theRecipeOfTheFitAnswersAsTheExperimentDoes() {
    Experiment experiment = Experiments.parse(text("16, 24, 32, 48", "3, 1, 2", COSINE));
    Conclusions found =
        Conclusions.of(MadeLosses.analysis(experiment, losses(_ -> Math.log(0.97), SEED)));
    assertTrue(
        found
            .studies()
            .getFirst()
            .sentences()
            .contains("adamw alone: " + found.answer().headline()),
        found::toString);
  }

  @Test
  void aSingleSeedIsSaidToTellNoNoise() {
    Experiment experiment =
        Experiments.parse(
            text("16, 32, 48", "1", COSINE + ", {type: Constant, warmupTokens: 1e5}"));
    StudyResult study = study(experiment, losses(_ -> Math.log(0.97), SEED));
    assertTrue(says(study, ", and a single seed tells no noise;"), study::toString);
    assertTrue(
        says(study, "% (no interval) in 1 seed, each at the best of 3 rates, inside"),
        study::toString);
    assertTrue(says(study, ": a single seed tells no verdict."), study::toString);
    assertFalse(study.toString().contains("1 seeds"), study::toString);
  }

  /** Nothing to fit is a sentence of its own, and stops once. */
  @Test
  void aRecipeWithoutALawIsSaidToHaveNone() {
    Experiment experiment = experiment();
    List<Run> large = experiment.runs().stream().filter(run -> run.spec().tokens() == 8e6).toList();
    StudyResult study =
        Conclusions.of(Analysis.of(experiment, MadeLosses.runs(large, losses(_ -> -0.03, SEED))))
            .studies()
            .getFirst();
    assertTrue(
        study
            .notes()
            .contains(
                "muon has no law of its own. There is nothing to fit: no run of at most 5e12 FLOPs"
                    + " can be used; the grid has none."),
        study.notes()::toString);
    assertTrue(
        study.notes().stream().anyMatch(note -> note.contains("against one another at D = 40 N")),
        study.notes()::toString);
    assertTrue(says(study, "at the only common size, "), study::toString);
    assertTrue(says(study, "muon alone: no law could be fitted."), study::toString);
  }

  @Test
  void aHoldOutThatLeavesARecipeNothingNamesIt() {
    refused(
        "where: {optimizer.type: AdamW}",
        "where: {model.width: 16}",
        "fit.holdOut: flopsAbove 5.00e+12 leaves nothing to predict: the runs span 8.61e+10 to"
            + " 3.44e+11 FLOPs; of the runs that fit.where chooses, those with model.width 16");
    refused(
        "where: {optimizer.type: AdamW}",
        "where: {tokens: 8000000}",
        "leaves nothing to fit: the runs span 6.29e+12 to 6.29e+12 FLOPs; of the runs that"
            + " fit.where chooses, those with tokens 8000000");
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
}
