package kleiber.study;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.SplittableRandom;
import kleiber.experiment.Experiment;
import kleiber.experiment.Experiments;
import kleiber.experiment.Run;
import kleiber.experiment.UserException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** All checkpoints against last losses, where it is known which of them the law describes. */
final class CheckpointsTest {
  static final Experiment EXPERIMENT =
      Experiments.parse(
          """
          name: made
          question: Do checkpoints help?
          base:
            corpus: {type: StandInCorpus, vocabulary: 256}
            context: 64
            batch: 8
            repeat: false
            model: {type: Gpt, depth: 2, heads: 2, position: learned, norm: layer, activation: gelu, tiedHead: true, qkNorm: false, biases: true}
            optimizer: {learningRate: 1e-3, beta1: 0.9, beta2: 0.98, epsilon: 1e-8, weightDecay: 0.1, clip: 1}
            schedule: {type: Cosine, warmupTokens: 30000, finalFraction: 0.1}
            checkpoints: {first: 32768, ratio: 1.5}
            heldOut:
              text: {tokens: 65536}
          grid:
            - {model.width: [16, 32, 48, 64], tokens: [262144, 524288, 1048576, 2097152, 4194304], seed: [1, 2, 3, 4, 5, 6, 7, 8]}
          fit:
            law: {type: Chinchilla}
            objective: {type: Huber, delta: 1e-3}
            heldOut: text
            checkpoints: last
            params: non-embedding
            flops: exact
            holdOut: {flopsAbove: 2e12}
            bootstrap: 50
            confidence: 0.9
          studies:
            - {type: Checkpoints}
          """);

  @TempDir private Path folder;

  static double law(Run run, long step) {
    double tokens = step * run.spec().tokensPerStep();
    return 1.2 + 20 / Math.cbrt(run.parameters(256).hidden()) + 30 / Math.cbrt(tokens);
  }

  private static double noise(Run run, long step) {
    return Math.exp(0.005 * new SplittableRandom(run.id().hashCode() + 7919 * step).nextGaussian());
  }

  private static StudyResult study(MadeLosses.Loss loss) {
    return Conclusions.of(MadeLosses.curves(EXPERIMENT, loss)).studies().getFirst();
  }

  @Test
  void checkpointsThatFollowTheLawHelp() {
    StudyResult study = study((run, step, _) -> law(run, step) * noise(run, step));
    StudyResult.Number difference = study.numbers().get("all less last");
    assertTrue(difference.value() < 0 && difference.high() < 0, study.sentences()::toString);
    assertTrue(study.sentences().getFirst().endsWith("; all checkpoints are better."));
    assertTrue(study.numbers().get("cases").value() >= 10, study.sentences()::toString);
    assertEquals(study.numbers().get("cases").value(), study.tables().getFirst().rows().size(), 0);
  }

  @Test
  void casesOfSeveralExperimentsArePooledByExperiment() throws IOException {
    Path one = folder.resolve("one");
    Path other = folder.resolve("other");
    study((run, step, _) -> law(run, step) * noise(run, step))
        .write(StudyResult.path(one, "Checkpoints"));
    study((run, step, _) -> law(run, step) * noise(run, step + 1))
        .write(StudyResult.path(other, "Checkpoints"));
    PooledCheckpoints pooled = PooledCheckpoints.of(List.of(one, other), 0.9);
    assertEquals(2, pooled.differences().clusters());
    assertTrue(pooled.differences().mean() < 0, pooled.sentence());
    double mean =
        StudyResult.read(StudyResult.path(one, "Checkpoints"))
            .numbers()
            .get("all less last")
            .value();
    assertEquals(
        mean,
        pooled.byExperiment().get("one").stream().mapToDouble(x -> x).average().orElseThrow(),
        1e-12);
    UserException none =
        assertThrows(
            UserException.class, () -> PooledCheckpoints.of(List.of(folder.resolve("none")), 0.9));
    assertTrue(none.getMessage().contains("add '- {type: Checkpoints}'"), none.getMessage());
  }

  @Test
  void tooFewSeedsConcludeNothing() {
    Experiment two =
        new Experiment(
            "made",
            "?",
            EXPERIMENT.runs().stream().filter(run -> run.spec().seed() <= 2).toList(),
            EXPERIMENT.fit(),
            EXPERIMENT.studies(),
            EXPERIMENT.text());
    StudyResult study =
        Conclusions.of(
                MadeLosses.curves(
                    two,
                    (run, step, _) ->
                        law(run, step) * (1 + 0.06 * (run.spec().fractionOfPeak(step) - 0.1))))
            .studies()
            .getFirst();
    StudyResult.Number difference = study.numbers().get("all less last");
    assertTrue(difference.low() > 0, study.sentences()::toString);
    assertTrue(
        study.sentences().getFirst().endsWith(", which tells neither from the other."),
        study.sentences()::toString);
    assertEquals(
        difference.value(),
        study.numbers().get("error, all checkpoints").value()
            - study.numbers().get("error, last losses").value(),
        1e-12);
  }

  /** While the learning rate is high a loss lies above that of a run that ends there. */
  @Test
  void checkpointsAtAHighLearningRateMislead() {
    StudyResult study =
        study(
            (run, step, _) ->
                law(run, step)
                    * (1 + 0.06 * (run.spec().fractionOfPeak(step) - 0.1))
                    * Math.pow(noise(run, step), 0.2));
    StudyResult.Number difference = study.numbers().get("all less last");
    assertTrue(difference.low() > 0, study.sentences()::toString);
    assertTrue(study.sentences().getFirst().endsWith("; last losses are better."));
  }

  /** Where all seeds agree to the last digit, further cases are no further evidence. */
  @Test
  void casesThatAreOneAndTheSameAreNotCountedTwice() {
    StudyResult study =
        study((run, step, _) -> law(run, step) * noise(EXPERIMENT.runs().getFirst(), step));
    assertTrue(study.sentences().get(1).contains("worth"), study.sentences()::toString);
    assertTrue(
        study.numbers().get("worth independent cases").value()
            <= study.numbers().get("cases").value());
  }
}
