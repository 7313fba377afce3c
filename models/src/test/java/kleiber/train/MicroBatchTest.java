package kleiber.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import kleiber.engine.Engine;
import kleiber.engine.Engines;
import kleiber.engine.cuda.CudaEngine;
import kleiber.engine.cuda.driver.EmulatedDevice;
import kleiber.engine.host.HostEngine;
import kleiber.engine.naive.NaiveEngine;
import kleiber.models.Families;
import kleiber.models.KernelFamily;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Steps that are taken in micro-batches are the same steps. */
class MicroBatchTest {
  private static final double IN_DOUBLE = 1e-12;
  private static final double IN_FLOAT = 1e-4;

  @TempDir Path cache;

  /** All but the one whose card is emulated, which is too slow for training after training. */
  static List<Class<? extends Engine>> engines() {
    return Engines.all().stream().filter(type -> type != CudaEngine.class).toList();
  }

  static Stream<KernelFamily> families() {
    return Families.someOfKernels();
  }

  private RecordedLog train(Engine engine, TrainingSpec... cohort) throws IOException {
    RecordedLog log = new RecordedLog();
    try (Trainer trainer = new KernelTrainer(engine, new OpenCorpora(cache))) {
      trainer.train(List.of(cohort), StopSignal.NEVER, log);
    }
    return log;
  }

  /** Twenty steps: losses, gradient norms and held-out losses. */
  private void assertAsAtOnce(TrainingSpec spec, Engine engine, double tolerance)
      throws IOException {
    List<Checkpoint> atOnce = train(engine, spec).checkpoints.get(0);
    for (int microBatch : new int[] {1, 2}) {
      TrainingSpec inPasses = Specs.inPasses(spec, microBatch);
      List<Checkpoint> rows = train(engine, inPasses).checkpoints.get(0);
      assertEquals(atOnce.size(), rows.size());
      for (int row = 0; row < rows.size(); row++) {
        Checkpoint want = atOnce.get(row);
        Checkpoint got = rows.get(row);
        String where = inPasses + " at step " + want.step();
        assertEquals(want.step(), got.step());
        assertEquals(want.flops(), got.flops());
        assertNear(want.trainLoss(), got.trainLoss(), tolerance, where);
        assertNear(want.gradientNorm(), got.gradientNorm(), tolerance, where);
        want.heldOut()
            .forEach(
                (name, loss) ->
                    assertNear(loss.loss(), got.heldOut().get(name).loss(), tolerance, where));
      }
    }
  }

  private static void assertNear(double want, double got, double tolerance, String where) {
    assertEquals(want, got, tolerance * Math.abs(want), where);
  }

  @ParameterizedTest
  @MethodSource("families")
  void roundingIsAllThatDiffers(KernelFamily family) throws IOException {
    TrainingSpec spec = Specs.with(Specs.spec(), family);
    try (Engine naive = new NaiveEngine(1);
        Engine host = new HostEngine(2)) {
      assertAsAtOnce(spec, naive, IN_DOUBLE);
      assertAsAtOnce(spec, host, IN_FLOAT);
    }
  }

  /** Four steps: passes as they are, and recorded. */
  @Test
  void aCardAddsPassesUp() throws IOException {
    assumeTrue(EmulatedDevice.available(), "no g++ here, so no emulated card");
    TrainingSpec spec = Specs.with(Specs.spec(), 128, new CheckpointPlan(32, 1.2));
    try (Engine card = new CudaEngine(new EmulatedDevice())) {
      assertAsAtOnce(spec, card, IN_FLOAT);
    }
  }

  /** By each optimizer, clipped at each step, as the norms show. */
  @Test
  void optimizersSeeTheMean() throws IOException {
    for (Optimizer optimizer : Specs.OPTIMIZERS) {
      try (Engine naive = new NaiveEngine(1)) {
        assertAsAtOnce(Specs.spec().withOptimizer(optimizer), naive, IN_DOUBLE);
      }
    }
    AdamW clipped = new AdamW(0.01, 0.9, 0.95, 1e-8, 0.1, 0.05);
    try (Engine naive = new NaiveEngine(1)) {
      TrainingSpec spec = Specs.spec().withOptimizer(clipped);
      assertTrue(
          train(naive, spec).checkpoints.get(0).stream()
              .allMatch(row -> row.gradientNorm() > clipped.clip()));
      assertAsAtOnce(spec, naive, IN_DOUBLE);
    }
  }

  /** Others of other seeds, of other lengths, and of one trunk. */
  @ParameterizedTest
  @MethodSource("engines")
  void aMemberIsAsAlone(Class<? extends Engine> type) throws IOException {
    CheckpointPlan plan = new CheckpointPlan(64, 1.6);
    TrainingSpec branch =
        Specs.with(Specs.spec(), Specs.ADAMW, new WarmupStableDecay(64, 0.5, 0), 1);
    TrainingSpec[] cohort =
        Stream.of(
                Specs.with(branch, 160, plan),
                Specs.with(branch, 256, plan),
                Specs.with(branch, 256, plan).withSeed(2))
            .map(spec -> Specs.inPasses(Specs.averaged(spec, new WeightAverage(0.9, 2)), 2))
            .toArray(TrainingSpec[]::new);
    try (Engine engine = Engines.open(type, 1)) {
      RecordedLog together = train(engine, cohort);
      for (int member = 0; member < cohort.length; member++) {
        assertEquals(
            train(engine, cohort[member]).checkpoints.get(0),
            together.checkpoints.get(member),
            "member " + member);
      }
    }
  }

  @Test
  void itsProgramTakesSoManySequences() throws IOException {
    TrainingSpec spec = Specs.asked(Specs.spec());
    CountingEngine engine = new CountingEngine(new NaiveEngine(1));
    RecordedLog log = train(engine, Specs.inPasses(spec, 2));
    assertEquals(2, engine.sequences());
    assertEquals(spec.steps(), engine.updates(), "a step is one, however many passes");
    Map<String, Double> told = evaluations(log);
    evaluations(train(engine, spec))
        .forEach((name, value) -> assertNear(value, told.get(name), IN_DOUBLE, name));
    assertEquals(4, engine.sequences());
  }

  private static Map<String, Double> evaluations(RecordedLog log) {
    return log.checkpoints.get(0).getLast().evaluations().orElseThrow();
  }

  @Test
  void activationsNeedLessMemory() throws IOException {
    try (Engine engine = new NaiveEngine(1);
        Trainer trainer = new KernelTrainer(engine, new OpenCorpora(cache))) {
      TrainingSpec spec = Specs.spec();
      Facts facts = trainer.check(spec, StopSignal.NEVER);
      assertEquals(facts, trainer.check(Specs.inPasses(spec, 2), StopSignal.NEVER));
      double[] bytes = {
        trainer.memory(Specs.inPasses(spec, 1), facts, Optional.empty()),
        trainer.memory(Specs.inPasses(spec, 2), facts, Optional.empty()),
        trainer.memory(spec, facts, Optional.empty())
      };
      assertTrue(bytes[1] > bytes[0]);
      double parameters = 2 * bytes[0] - bytes[1];
      assertEquals(2 * (bytes[1] - parameters), bytes[2] - parameters, "by the sequence");
      assertTrue(parameters >= 2 * 16.0 * facts.parameters().total());
    }
  }

  @Test
  void aCohortTakesOneNumberOfThem() throws IOException {
    try (Engine engine = new NaiveEngine(1);
        Trainer trainer = new KernelTrainer(engine, new OpenCorpora(cache))) {
      TrainingSpec spec = Specs.spec();
      TrainingSpec inPasses = Specs.inPasses(spec, 2);
      assertNotEquals(trainer.shape(spec), trainer.shape(inPasses));
      assertEquals(trainer.shape(inPasses), trainer.shape(inPasses.withSeed(2)));
      assertThrows(IllegalArgumentException.class, () -> train(engine, spec, inPasses));
    }
  }

  @Test
  void oneThatDivergesIsLeftOut() throws IOException {
    TrainingSpec wild =
        Specs.with(Specs.spec(), new AdamW(90, 0.9, 0.95, 1e-8, 1e300, 1), new Constant(0), 1);
    TrainingSpec tame = Specs.inPasses(Specs.spec().withSeed(2), 2);
    try (Engine engine = new HostEngine(1)) {
      RecordedLog log = train(engine, Specs.inPasses(wild, 2), tame);
      assertTrue(log.diverged.get(0).startsWith("the training loss is not a number"));
      assertEquals(1, log.lastStep.get(0));
      assertEquals(train(engine, tame).checkpoints.get(0), log.checkpoints.get(1));
    }
  }
}
