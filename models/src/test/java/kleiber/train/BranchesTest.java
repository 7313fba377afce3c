package kleiber.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import kleiber.engine.Engine;
import kleiber.engine.host.HostEngine;
import kleiber.engine.naive.NaiveEngine;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Members of different lengths and branches of one trunk: each is as alone, and no step is twice.
 */
class BranchesTest {
  private static final CheckpointPlan PLAN = new CheckpointPlan(100, 1.5);

  @TempDir Path cache;

  private static TrainingSpec branch(long tokens, double decay) {
    TrainingSpec spec = Specs.spec();
    WarmupStableDecay schedule = new WarmupStableDecay(64, decay, 0);
    return Specs.with(Specs.with(spec, spec.optimizer(), schedule, 1), tokens, PLAN);
  }

  /** Of one trunk: decays after 6, 10 and 14 steps, one that goes on to 20, and the bare trunk. */
  private static List<TrainingSpec> branches() {
    TrainingSpec bare = Specs.with(branch(640, 0.5), Specs.ADAMW, new Constant(64), 1);
    return List.of(
        branch(384, 0.5),
        branch(640, 0.5),
        branch(640, 0.3),
        branch(960, 0.33),
        Specs.with(bare, 500, new CheckpointPlan(64, 3)));
  }

  @ParameterizedTest
  @ValueSource(strings = {"naive", "cpu"})
  void eachIsAsAlone(String name) throws IOException {
    List<TrainingSpec> cohort = new ArrayList<>(branches());
    cohort.add(branch(960, 0.33).withSeed(2));
    AdamW explosive = new AdamW(90, 0.9, 0.95, 1e-8, 1e300, 1);
    cohort.add(Specs.with(Specs.spec(), explosive, new Constant(0), 1));
    try (Engine engine = name.equals("cpu") ? new HostEngine(2) : new NaiveEngine(1)) {
      RecordedLog together = train(engine, cohort);
      assertEquals(Set.of(6), together.diverged.keySet());
      for (int member = 0; member < cohort.size(); member++) {
        RecordedLog alone = train(engine, List.of(cohort.get(member)));
        assertEquals(alone.checkpoints.get(0), together.checkpoints.get(member), "of " + member);
        assertEquals(alone.lastStep.get(0), together.lastStep.get(member));
        assertEquals(alone.finished.isEmpty(), !together.finished.contains(member));
      }
      assertEquals(
          together.checkpoints.get(0).getFirst(),
          together.checkpoints.get(3).getFirst(),
          "a checkpoint of the trunk");
      assertNotEquals(
          together.checkpoints.get(0).getLast().heldOut(),
          together.checkpoints.get(3).getLast().heldOut());
    }
  }

  @Test
  void aStepThatMembersShareIsDoneOnce() throws IOException {
    List<TrainingSpec> cohort = branches();
    CountingEngine engine = new CountingEngine(new NaiveEngine(1));
    train(engine, cohort);
    long all = cohort.stream().mapToLong(TrainingSpec::steps).sum();
    long saved = 0;
    for (int i = 1; i < cohort.size(); i++) {
      long shared = 0;
      for (TrainingSpec before : cohort.subList(0, i)) {
        shared = Math.max(shared, cohort.get(i).sharedSteps(before));
      }
      saved += shared;
    }
    assertEquals(12 + 20 + 20 + 30 + 16, all);
    assertEquals(7 + 11 + 15 + 16, saved, "the first step of a decay is still at the full rate");
    assertEquals(all - saved, engine.updates());
  }

  @Test
  void whatIsShared() {
    TrainingSpec one = branch(640, 0.5);
    assertEquals(20, one.sharedSteps(one));
    assertEquals(11, one.sharedSteps(branch(960, 0.33)), "the first ten, and one at full rate");
    assertEquals(0, one.sharedSteps(one.withSeed(2)));
    assertEquals(one.trunk(), branch(960, 0.33).trunk());
    assertEquals(one.trunk(), Specs.with(one, Specs.ADAMW, new Constant(64), 1).trunk());
    assertNotEquals(one.trunk(), one.withSeed(2).trunk());
    assertNotEquals(one.trunk(), Specs.inPasses(one, 2).trunk(), "its bits are others");
    assertEquals(0, one.sharedSteps(Specs.inPasses(one, 2)));
    assertEquals(2, Specs.inPasses(one, 2).withSeed(2).sequencesPerPass());
    assertEquals(Optional.empty(), branch(640, 1).trunk(), "it decays from the first step on");
    assertEquals(Optional.empty(), Specs.spec().trunk(), "a cosine");
    TrainingSpec cosine = Specs.spec();
    TrainingSpec longer = Specs.with(cosine, 960, PLAN);
    assertEquals(2, cosine.sharedSteps(longer), "the warm-up, and the first step at the peak");
  }

  @Test
  void aMemberThatNobodyWantsIsLeftOut() throws IOException {
    List<TrainingSpec> cohort = List.of(branch(640, 0.5), branch(640, 0.3));
    RecordedLog log =
        new RecordedLog() {
          @Override
          public boolean wanted(int member) {
            return member == 1 || lastStep.getOrDefault(0, 0L) < 5;
          }
        };
    try (Engine engine = new NaiveEngine(1)) {
      train(engine, cohort, log);
      assertEquals(List.of(1), log.finished);
      assertEquals(Map.of(0, 5L, 1, 20L), log.lastStep);
      assertEquals(train(engine, cohort.subList(1, 2)).checkpoints.get(0), log.checkpoints.get(1));
    }
  }

  @Test
  void moreMembersNeedMoreMemory() throws IOException {
    try (Engine engine = new NaiveEngine(1);
        Trainer trainer = new KernelTrainer(engine, new OpenCorpora(cache))) {
      TrainingSpec spec = Specs.spec();
      double bytes = trainer.memory(spec, trainer.check(spec, StopSignal.NEVER), Optional.empty());
      long parameters = Specs.GPT.count(MadeUpText.VOCABULARY, spec.context()).total();
      assertTrue(bytes > 2 * 16.0 * parameters, "weights, gradients and moments: " + bytes);
      assertEquals(trainer.shape(spec), trainer.shape(branch(960, 0.3).withSeed(3)));
    }
  }

  private RecordedLog train(Engine engine, List<TrainingSpec> cohort) throws IOException {
    return train(engine, cohort, new RecordedLog());
  }

  private RecordedLog train(Engine engine, List<TrainingSpec> cohort, RecordedLog log)
      throws IOException {
    try (Trainer trainer = new KernelTrainer(engine, new OpenCorpora(cache))) {
      trainer.train(cohort, StopSignal.NEVER, log);
    }
    return log;
  }
}
