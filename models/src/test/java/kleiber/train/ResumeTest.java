package kleiber.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Stream;
import kleiber.engine.Engine;
import kleiber.engine.Engines;
import kleiber.engine.host.HostEngine;
import kleiber.engine.naive.NaiveEngine;
import kleiber.models.Families;
import kleiber.models.KernelFamily;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A training that was interrupted anywhere and resumed tells what one that was not tells. */
class ResumeTest {
  private static final CheckpointPlan PLAN = new CheckpointPlan(64, 1.6);
  private static final AdamW EXPLOSIVE = new AdamW(90, 0.9, 0.95, 1e-8, 1e300, 1);

  @TempDir Path cache;
  private Engine engine;

  static List<Class<? extends Engine>> engines() {
    return Engines.all();
  }

  /** In doubles and in floats; the others take too long to be killed everywhere. */
  static List<Class<? extends Engine>> quickEngines() {
    return List.of(NaiveEngine.class, HostEngine.class);
  }

  private void on(Class<? extends Engine> type) {
    engine = Engines.open(type, 1);
  }

  @AfterEach
  void close() {
    engine.close();
  }

  private static TrainingSpec solo() {
    return Specs.with(Specs.spec(), 320, PLAN);
  }

  /** One that ends early, one that diverges, one that goes on. */
  private static List<TrainingSpec> three() {
    return List.of(
        Specs.with(Specs.spec(), 256, PLAN),
        Specs.with(solo(), EXPLOSIVE, new Constant(64), 2),
        Specs.with(Specs.with(Specs.spec(), 416, PLAN), Specs.ADAMW, new Cosine(32, 0), 3));
  }

  /** A trunk of which two branches decay, at different steps. */
  private static List<TrainingSpec> branches() {
    return List.of(branch(256, 0.5), branch(352, 0.3));
  }

  /** The same with evaluations, and averaged weights, which a fork copies and a snapshot keeps. */
  private static List<TrainingSpec> averagedBranches() {
    return branches().stream()
        .map(branch -> Specs.asked(Specs.averaged(branch, new WeightAverage(0.9, 2))))
        .toList();
  }

  /** The same in micro-batches. */
  private static List<TrainingSpec> branchesInPasses() {
    return branches().stream().map(branch -> Specs.inPasses(branch, 2)).toList();
  }

  private static TrainingSpec branch(long tokens, double decay) {
    TrainingSpec spec = Specs.with(Specs.spec(), tokens, PLAN);
    return Specs.with(spec, Specs.ADAMW, new WarmupStableDecay(64, decay, 0), 1);
  }

  private void train(
      List<TrainingSpec> cohort, Optional<Snapshot> from, StopSignal stop, SavingLog log)
      throws IOException {
    try (Trainer trainer = new KernelTrainer(engine, new OpenCorpora(cache))) {
      trainer.train(cohort, from, stop, log);
    }
  }

  private SavingLog uninterrupted(List<TrainingSpec> cohort) throws IOException {
    SavingLog log = new SavingLog(_ -> false);
    train(cohort, Optional.empty(), StopSignal.NEVER, log);
    assertTrue(log.kept().isEmpty());
    return log;
  }

  private static void assertSame(SavingLog expected, SavingLog actual, String when) {
    assertEquals(expected.checkpoints, actual.checkpoints, when);
    assertEquals(expected.diverged, actual.diverged, when);
    assertEquals(expected.finished, actual.finished, when);
    assertEquals(expected.weights.keySet(), actual.weights.keySet(), when);
    expected.weights.forEach(
        (member, tensors) ->
            tensors.forEach(
                (name, numbers) ->
                    assertArrayEquals(numbers, actual.weights.get(member).get(name), when + name)));
    assertEquals(List.of(), actual.startedOver, when);
  }

  @ParameterizedTest
  @MethodSource("quickEngines")
  void killedAtEveryCall(Class<? extends Engine> type) throws IOException {
    on(type);
    for (List<TrainingSpec> cohort :
        List.of(List.of(solo()), three(), branches(), averagedBranches())) {
      SavingLog expected = uninterrupted(cohort);
      int every = cohort.size(); // or it would take seconds
      int deaths = 0;
      for (int calls = 0; ; calls += every) {
        SavingLog log = new SavingLog(step -> step % 3 == 1);
        log.dieAfter(calls);
        try {
          train(cohort, Optional.empty(), StopSignal.NEVER, log);
          break; // no call was left to die at
        } catch (SavingLog.Killed _) {
          deaths++;
        }
        train(cohort, log.restart(), StopSignal.NEVER, log);
        assertSame(expected, log, "killed at call " + calls + " ");
      }
      assertTrue(deaths > 20 / every, deaths + " deaths");
    }
  }

  @ParameterizedTest
  @MethodSource("engines")
  void everyEngineGoesOn(Class<? extends Engine> type) throws IOException {
    on(type);
    List<TrainingSpec> cohort = averagedBranches();
    SavingLog log = new SavingLog(_ -> false);
    train(cohort, Optional.empty(), () -> log.lastStep.containsValue(3L), log);
    train(cohort, log.restart(), () -> log.lastStep.containsValue(6L), log);
    train(cohort, log.restart(), StopSignal.NEVER, log);
    assertSame(uninterrupted(cohort), log, "stopped before and after the fork ");
  }

  /** What an optimizer keeps is saved, whichever it is. */
  @ParameterizedTest
  @MethodSource("quickEngines")
  void everyOptimizerGoesOn(Class<? extends Engine> type) throws IOException {
    on(type);
    for (Optimizer optimizer : Specs.OPTIMIZERS) {
      List<TrainingSpec> cohort =
          branches().stream().map(branch -> branch.withOptimizer(optimizer)).toList();
      SavingLog log = new SavingLog(_ -> false);
      train(cohort, Optional.empty(), () -> log.lastStep.containsValue(3L), log);
      train(cohort, log.restart(), StopSignal.NEVER, log);
      assertSame(uninterrupted(cohort), log, optimizer + " ");
    }
  }

  static Stream<KernelFamily> families() {
    return Families.someOfKernels();
  }

  /**
   * What a family draws besides its weights, as an encoder its masks, follows from the step and not
   * from the process; all that it trains is saved, whatever its shape.
   */
  @ParameterizedTest
  @MethodSource("families")
  void everyFamilyGoesOn(KernelFamily family) throws IOException {
    on(HostEngine.class);
    Optimizer optimizer = family.muP().isPresent() ? Specs.ADAMW : Specs.OPTIMIZERS.getLast();
    List<TrainingSpec> cohort =
        branches().stream()
            .map(branch -> Specs.with(branch, family).withOptimizer(optimizer))
            .toList();
    SavingLog log = new SavingLog(_ -> false);
    train(cohort, Optional.empty(), () -> log.lastStep.containsValue(3L), log);
    train(cohort, log.restart(), () -> log.lastStep.containsValue(6L), log);
    train(cohort, log.restart(), StopSignal.NEVER, log);
    assertSame(uninterrupted(cohort), log, optimizer + " ");
  }

  /** A process for each step, that ends with a snapshot of its own accord. */
  @ParameterizedTest
  @MethodSource("quickEngines")
  void stoppedAfterEveryStep(Class<? extends Engine> type) throws IOException {
    on(type);
    for (List<TrainingSpec> cohort :
        List.of(List.of(solo()), three(), branches(), averagedBranches(), branchesInPasses())) {
      SavingLog expected = uninterrupted(cohort);
      SavingLog log = new SavingLog(_ -> false);
      long steps = cohort.stream().mapToLong(TrainingSpec::steps).max().getAsLong();
      for (long step = 1; step < steps; step++) {
        long last = step;
        train(cohort, log.restart(), () -> log.lastStep.containsValue(last), log);
        assertEquals(step, log.kept().orElseThrow().snapshot().step());
      }
      train(cohort, log.restart(), StopSignal.NEVER, log);
      assertSame(expected, log, "stopped after every step ");
    }
  }

  @ParameterizedTest
  @MethodSource("quickEngines")
  void killedAgainAndAgainAtRandom(Class<? extends Engine> type) throws IOException {
    on(type);
    long seed = Long.getLong("kleiber.seed", new Random().nextLong());
    System.out.println("ResumeTest: -Dkleiber.seed=" + seed);
    Random random = new Random(seed);
    List<TrainingSpec> cohort = new ArrayList<>(three());
    cohort.addAll(branches());
    SavingLog expected = uninterrupted(cohort);
    for (int i = 0; i < 5; i++) {
      SavingLog log = new SavingLog(_ -> random.nextInt(3) == 0);
      boolean done = false;
      for (int life = 0; !done; life++) {
        Optional<Snapshot> from = log.restart();
        log.dieAfter(life < 30 ? 5 + random.nextInt(60) : Integer.MAX_VALUE);
        try {
          train(cohort, from, StopSignal.NEVER, log);
          done = true;
        } catch (SavingLog.Killed _) {
          continue;
        }
      }
      assertSame(expected, log, "seed " + seed + " ");
    }
  }

  /** Taking snapshots changes nothing that is told. */
  @ParameterizedTest
  @MethodSource("quickEngines")
  void snapshotsLeaveNoTrace(Class<? extends Engine> type) throws IOException {
    on(type);
    SavingLog log = new SavingLog(_ -> true);
    train(branches(), Optional.empty(), StopSignal.NEVER, log);
    assertSame(uninterrupted(branches()), log, "with a snapshot after every step ");
  }

  /** Members may leave between a snapshot and what goes on from it. */
  @ParameterizedTest
  @MethodSource("quickEngines")
  void aPartOfTheCohortGoesOn(Class<? extends Engine> type) throws IOException {
    on(type);
    List<TrainingSpec> cohort = List.of(branch(256, 0.5), branch(352, 0.3), solo());
    SavingLog expected = uninterrupted(cohort);
    SavingLog log = new SavingLog(step -> step == 3);
    log.dieAfter(40);
    assertThrows(
        SavingLog.Killed.class, () -> train(cohort, Optional.empty(), StopSignal.NEVER, log));
    Snapshot whole = log.restart().orElseThrow();
    Snapshot part =
        new Snapshot(
            whole.numerics(),
            whole.facts(),
            whole.step(),
            whole.members().stream().filter(state -> state.member() != 0).toList(),
            whole.tensors());
    train(cohort, Optional.of(part), StopSignal.NEVER, log);
    assertEquals(List.of(1, 2), log.finished.stream().sorted().toList());
    for (int member = 1; member <= 2; member++) {
      assertEquals(expected.checkpoints.get(member), log.checkpoints.get(member));
    }
  }

  @ParameterizedTest
  @MethodSource("quickEngines")
  void whatDoesNotFitIsNotResumedFrom(Class<? extends Engine> type) throws IOException {
    on(type);
    SavingLog log = new SavingLog(step -> step == 3);
    train(List.of(solo()), Optional.empty(), StopSignal.NEVER, log);
    Snapshot saved = log.kept().orElseThrow().snapshot();
    Facts facts = saved.facts();
    Facts otherText =
        new Facts(
            "another",
            facts.vocabulary(),
            facts.uniqueTokens(),
            facts.parameters(),
            facts.trainingFlopsPerToken(),
            facts.heldOut());
    assertStartsOver(
        "it was saved in the numeric mode abacus 1, this is .*, and a run resumes only in its own",
        new Snapshot("abacus 1", facts, 3, saved.members(), saved.tensors()));
    assertStartsOver(
        "the text of its corpora is not what it was",
        new Snapshot(saved.numerics(), otherText, 3, saved.members(), saved.tensors()));
    Snapshot.State state = saved.members().getFirst();
    for (Snapshot.State other :
        List.of(
            new Snapshot.State(1, 0, 0, 1, 1, 1),
            new Snapshot.State(0, state.model() + 1, 0, 1, 1, 1),
            new Snapshot.State(0, 0, 99, 1, 1, 1))) {
      assertStartsOver(
          "it is of another training",
          new Snapshot(saved.numerics(), facts, 3, List.of(other), saved.tensors()));
    }
    assertStartsOver(
        "it is of another training",
        new Snapshot(saved.numerics(), facts, 99, saved.members(), saved.tensors()));
  }

  private void assertStartsOver(String sentence, Snapshot from) throws IOException {
    SavingLog log = new SavingLog(_ -> false);
    train(List.of(solo()), Optional.of(from), StopSignal.NEVER, log);
    assertTrue(log.startedOver.getFirst().matches(sentence), log.startedOver.toString());
    assertEquals(uninterrupted(List.of(solo())).checkpoints, log.checkpoints);
  }
}
