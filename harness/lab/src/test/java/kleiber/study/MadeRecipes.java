package kleiber.study;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Objects;
import java.util.Random;
import java.util.function.ToDoubleFunction;
import kleiber.experiment.Experiment;
import kleiber.experiment.Experiments;
import kleiber.experiment.Run;
import kleiber.fit.Interval;
import kleiber.train.Constant;
import kleiber.train.Muon;

/** Two optimizers whose losses follow known laws, each with a best rate of its own. */
final class MadeRecipes {
  static final long SEED = 5;

  private static final double NOISE = 0.002;

  static final String ADAMW = "{beta1: 0.9, beta2: 0.98, epsilon: 1e-8, weightDecay: 0.1, clip: 1}";
  static final String MUON =
      "{type: Muon, momentum: 0.95, beta1: 0.9, beta2: 0.98, epsilon: 1e-8, weightDecay: 0.1,"
          + " clip: 1}";

  private MadeRecipes() {}

  /** What a test varies of the experiment. */
  static String text(String widths, String seeds, String schedules) {
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

  static final String COSINE = "{type: Cosine, warmupTokens: 1e5, finalFraction: 0.1}";

  static Experiment experiment() {
    return Experiments.parse(text("16, 24, 32, 48", "1, 2, 3", COSINE));
  }

  static boolean muon(Run run) {
    return run.spec().optimizer() instanceof Muon;
  }

  /** A law of N and D in units of the grid's middle, a bowl about 4e-3, and seeds' noise. */
  static ToDoubleFunction<Run> losses(ToDoubleFunction<Run> lnMuon, long seed) {
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

  static StudyResult study(Experiment experiment, ToDoubleFunction<Run> losses) {
    return Conclusions.of(MadeLosses.analysis(experiment, losses)).studies().getFirst();
  }

  static Interval interval(StudyResult study, String number) {
    StudyResult.Number its = study.numbers().get(number);
    assertTrue(its != null, () -> number + " is not among " + study.numbers().keySet());
    return new Interval(its.low(), its.high(), 0.9);
  }

  static boolean says(StudyResult study, String words) {
    return study.sentences().stream().anyMatch(sentence -> sentence.contains(words));
  }
}
