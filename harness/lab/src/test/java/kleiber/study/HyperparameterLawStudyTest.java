package kleiber.study;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import java.util.Random;
import kleiber.experiment.Experiment;
import kleiber.experiment.Experiments;
import kleiber.experiment.Run;
import kleiber.fit.Interval;
import kleiber.models.ParameterCount;
import kleiber.observe.Analysis;
import kleiber.train.Cosine;
import org.junit.jupiter.api.Test;

/** The project's grid of rates and batches with losses whose optima are known. */
final class HyperparameterLawStudyTest {
  /** How much higher the best peak is when the floor is fixed. */
  private static final double FLOOR = 1.4;

  private static double loss(Run run, double noise) {
    double n = run.parameters(256).under(ParameterCount.Convention.NON_EMBEDDING);
    double d = run.trainedTokens();
    double b = run.spec().tokensPerStep();
    double rate =
        0.01 * Math.pow(n / 2e4, -0.25) * Math.pow(d / 1.5e6, -0.3) * Math.pow(b / 800, 0.5);
    boolean share = ((Cosine) run.spec().schedule()).finalFraction() == 0.1;
    double x = Math.log(run.spec().optimizer().learningRate() / (share ? rate : FLOOR * rate));
    double y = Math.log(b / (800 * Math.sqrt(d / 1.5e6)));
    double shift = noise * new Random(run.id().hashCode()).nextGaussian();
    double scale = 1.2 + 8 * Math.pow(n, -0.3) + 40 * Math.pow(d, -0.35);
    return scale * Math.exp(0.03 * x * x + 0.02 * y * y + shift);
  }

  private static StudyResult study(Analysis analysis) {
    return Conclusions.of(analysis).studies().getFirst();
  }

  private static void holds(StudyResult study, String name, double truth) {
    StudyResult.Number number = study.numbers().get(name);
    assertTrue(new Interval(number.low(), number.high(), 0.9).holds(truth), name + ": " + number);
  }

  @Test
  void theLawsAreFoundAndHoldAtTheSizeHeldOut() {
    Experiment experiment = MadeLosses.experiment("lr-batch-law");
    StudyResult study = study(MadeLosses.analysis(experiment, run -> loss(run, 0.004)));
    assertTrue(
        study.sentences().getFirst().startsWith("At a given batch the best learning rate is"),
        study::toString);
    holds(study, "exponent of N in the best rate at a batch", -0.25);
    holds(study, "exponent of D in the best rate at a batch", -0.3);
    holds(study, "exponent of B in the best rate", 0.5);
    holds(study, "exponent of D in the best batch", 0.5);
    assertTrue(
        study.sentences().stream()
            .anyMatch(line -> line.matches("The best batch is .*by \\d+ of \\d+ other ways; .*")),
        study.sentences()::toString);
    assertTrue(
        study.sentences().stream().anyMatch(line -> line.startsWith("The foretold batch there is")),
        study.sentences()::toString);
    holds(study, "best peak to a fixed floor over that to a share", FLOOR);
    List<StudyResult.Number> costs =
        study.numbers().entrySet().stream()
            .filter(each -> each.getKey().matches("held out, .*: cost of it"))
            .map(Map.Entry::getValue)
            .toList();
    assertEquals(3, costs.size());
    costs.forEach(cost -> assertEquals(0, cost.value(), 0.02));
    assertTrue(
        study.sentences().stream().anyMatch(line -> line.contains("; the rule of thumb, ")),
        study.sentences()::toString);
  }

  /** Runs of another recipe, however low, say nothing of the rates of the one that is fitted. */
  @Test
  void theLawIsThatOfTheRecipeThatIsFitted() {
    String text =
        MadeRecipes.text("16, 24, 32, 48", "1, 2", MadeRecipes.COSINE)
            .replace("  batch: 8\n", "")
            .replace(
                "optimizer.learningRate: [2e-3, 4e-3, 8e-3]",
                "optimizer.learningRate: [2e-3, 4e-3, 8e-3, 1.6e-2]\n    batch: [4, 8, 16]")
            .replaceFirst("(?s)studies:.*", "studies: [{type: HyperparameterLaw}]\n");
    String adamw =
        text.replace(MadeRecipes.ADAMW + ", " + MadeRecipes.MUON, MadeRecipes.ADAMW)
            .replace("  where: {optimizer.type: AdamW}\n", "");
    StudyResult alone =
        study(MadeLosses.analysis(Experiments.parse(adamw), run -> loss(run, 0.004)));
    StudyResult chosen =
        study(
            MadeLosses.analysis(
                Experiments.parse(text),
                run ->
                    loss(run, 0.004)
                        - (MadeRecipes.muon(run)
                            ? 30 * run.spec().optimizer().learningRate()
                            : 0)));
    assertTrue(
        alone.sentences().getFirst().startsWith("At a given batch the best learning rate is"),
        alone::toString);
    assertEquals(alone.sentences(), chosen.sentences());
    assertEquals(alone.numbers(), chosen.numbers());
  }

  /** Rates all beyond the best one: nothing is determined, and everything else is still written. */
  @Test
  void whatTheRunsDoNotDetermineIsSaid() {
    Experiment experiment = MadeLosses.experiment("lr-batch-law");
    StudyResult study =
        study(
            MadeLosses.analysis(
                experiment,
                run ->
                    2
                        + 0.1 * Math.log(run.spec().optimizer().learningRate() / 1e-3)
                        + 1e-3 * run.spec().seed()));
    assertTrue(
        study.sentences().getFirst().startsWith("No law of the best rate at each batch: 27 lines"),
        study.sentences()::toString);
    assertTrue(
        study.sentences().stream()
            .anyMatch(line -> line.contains("gives no law here (a negative result)")),
        study.sentences()::toString);
    StudyResult none = study(Analysis.of(experiment, List.of()));
    assertTrue(
        none.sentences().getFirst().startsWith("It cannot be said: "), none.sentences()::toString);
  }
}
