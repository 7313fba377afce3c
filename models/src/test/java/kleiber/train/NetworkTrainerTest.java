package kleiber.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import kleiber.engine.Precision;
import kleiber.models.Lstm;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Networks of Deeplearning4j train as models of kernels do: cohorts, branches, resumption. */
final class NetworkTrainerTest {
  private static final CheckpointPlan PLAN = new CheckpointPlan(64, 1.6);
  private static final Lstm FAMILY = new Lstm(2, 9, 6);

  @TempDir Path cache;

  private static TrainingSpec spec(long tokens, Schedule schedule, long seed) {
    TrainingSpec gpt = Specs.spec();
    TrainingSpec lstm = Specs.of(FAMILY, gpt.corpus(), tokens, Specs.BY_POSITION);
    return Specs.with(Specs.with(lstm, Specs.ADAMW, schedule, seed), tokens, PLAN);
  }

  /** A trunk with two branches, and one that has nothing to do with them. */
  private static List<TrainingSpec> cohort() {
    return List.of(
        spec(256, new WarmupStableDecay(64, 0.5, 0), 1),
        spec(352, new WarmupStableDecay(64, 0.3, 0), 1),
        spec(320, new Cosine(32, 0.1), 2));
  }

  private SavingLog train(List<TrainingSpec> cohort, SavingLog log, StopSignal stop)
      throws IOException {
    try (Trainer trainer = new NetworkTrainer(new OpenCorpora(cache))) {
      trainer.train(cohort, log.restart(), stop, log);
    }
    return log;
  }

  private SavingLog whole(List<TrainingSpec> cohort) throws IOException {
    return train(cohort, new SavingLog(_ -> false), StopSignal.NEVER);
  }

  @Test
  void aMemberIsWhatItIsAlone() throws IOException {
    SavingLog together = whole(cohort());
    for (int member = 0; member < cohort().size(); member++) {
      SavingLog alone = whole(List.of(cohort().get(member)));
      assertTrue(alone.checkpoints.get(0).size() > 2);
      assertEquals(alone.checkpoints.get(0), together.checkpoints.get(member), "" + member);
      Checkpoint.HeldOutLoss end = alone.checkpoints.get(0).getLast().heldOut().get("validation");
      assertEquals(8, end.byPosition().orElseThrow().size());
      int number = member;
      alone
          .weights
          .get(0)
          .forEach(
              (name, values) ->
                  assertArrayEquals(values, together.weights.get(number).get(name), name));
    }
    assertFalse(together.checkpoints.get(0).equals(together.checkpoints.get(2)));
  }

  @Test
  void stoppedAfterAnyStepItGoesOnWithTheSameBits() throws IOException {
    SavingLog expected = whole(cohort());
    SavingLog log = new SavingLog(_ -> false);
    for (long step = 1; step < 11; step++) {
      long last = step;
      train(cohort(), log, () -> log.lastStep.containsValue(last));
      assertEquals(step, log.kept().orElseThrow().snapshot().step());
    }
    train(cohort(), log, StopSignal.NEVER);
    assertEquals(expected.checkpoints, log.checkpoints);
    assertEquals(List.of(), log.startedOver);
    expected.weights.forEach(
        (member, tensors) ->
            tensors.forEach(
                (name, values) ->
                    assertArrayEquals(values, log.weights.get(member).get(name), name)));
  }

  @Test
  void evaluationsAskItToo() throws IOException {
    SavingLog log = whole(List.of(Specs.asked(spec(256, new Cosine(32, 0.1), 1))));
    assertFalse(log.checkpoints.get(0).getLast().evaluations().orElseThrow().isEmpty());
  }

  @Test
  void whatItCannotDoIsRefused() {
    TrainingSpec plain = spec(256, new Cosine(32, 0.1), 1);
    assertRefused(
        Specs.in(plain, Precision.BF16),
        "Lstm trains in float32 only: leave precision out of its base");
    assertRefused(
        Specs.inPasses(plain, 1), "Lstm takes its batch at once: leave microBatch out of its base");
    assertRefused(
        Specs.averaged(plain, new WeightAverage(0.99, 1)),
        "Lstm keeps no averaged weights: leave average out of its base");
  }

  private void assertRefused(TrainingSpec spec, String sentence) {
    try (Trainer trainer = new NetworkTrainer(new OpenCorpora(cache))) {
      IllegalArgumentException refusal =
          assertThrows(IllegalArgumentException.class, () -> trainer.check(spec, StopSignal.NEVER));
      assertEquals(sentence, refusal.getMessage());
    }
  }
}
