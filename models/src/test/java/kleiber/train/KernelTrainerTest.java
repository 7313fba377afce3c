package kleiber.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import kleiber.data.Corpus;
import kleiber.data.ShuffledWindows;
import kleiber.data.SplitCorpus;
import kleiber.engine.Engine;
import kleiber.engine.Engines;
import kleiber.engine.Precision;
import kleiber.engine.cuda.CudaEngine;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/** What a training promises, on every engine. */
@ParameterizedClass
@MethodSource("engines")
class KernelTrainerTest {
  private final Engine engine;

  @TempDir Path cache;

  KernelTrainerTest(Class<? extends Engine> type) {
    engine = Engines.open(type, 2);
  }

  /** All but the one whose card is emulated, which is too slow for training after training. */
  static List<Class<? extends Engine>> engines() {
    return Engines.all().stream().filter(type -> type != CudaEngine.class).toList();
  }

  @AfterEach
  void close() {
    engine.close();
  }

  private RecordedLog train(StopSignal stop, TrainingSpec... cohort) throws IOException {
    RecordedLog log = new RecordedLog();
    try (Trainer trainer = Trainers.of(Specs.GPT, engine, new OpenCorpora(cache))) {
      trainer.train(List.of(cohort), stop, log);
    }
    return log;
  }

  private RecordedLog train(TrainingSpec... cohort) throws IOException {
    return train(StopSignal.NEVER, cohort);
  }

  /** The whole training written out with one sequence a time in the held-out set. */
  @Test
  void rowsAreThoseOfATrainingWrittenOut() throws IOException {
    TrainingSpec spec = Specs.spec();
    RecordedLog log = train(spec);

    SplitCorpus corpus = spec.corpus().open(cache);
    List<Checkpoint> expected = new ArrayList<>();
    ShuffledWindows windows = new ShuffledWindows(corpus.training(), 8, 1);
    try (Cohort cohort =
        new Cohort(
            engine, Specs.GPT, Precision.FLOAT32, 12, 4, 8, Optional.empty(), new long[] {1})) {
      double lossSum = 0;
      int lossSteps = 0;
      for (int step = 1; step <= 20; step++) {
        int[] inputs = new int[4 * 8];
        int[] targets = new int[4 * 8];
        for (int row = 0; row < 4; row++) {
          windows.read((step - 1) * 4 + row, inputs, targets, row * 8);
        }
        double[] norms = cohort.gradients(inputs, targets);
        lossSum += cohort.meanLosses()[0];
        lossSteps++;
        double fraction = spec.schedule().at((step - 1) * 32L, 640);
        cohort.update(
            step, new boolean[] {true}, List.of(spec.optimizer()), new double[] {fraction}, norms);
        if (step == 4 || step == 7 || step == 13 || step == 20) {
          expected.add(
              new Checkpoint(
                  step,
                  step * 32,
                  step * 32 / 992.0,
                  step * 32 * Specs.GPT.trainingFlopsPerToken(12, 8),
                  0.01 * fraction,
                  fraction,
                  lossSum / lossSteps,
                  norms[0],
                  Map.of("validation", heldOutLoss(cohort, corpus))));
          lossSum = 0;
          lossSteps = 0;
        }
      }
    }
    assertEquals(List.of(0), log.finished);
    assertEquals(20, log.lastStep.get(0));
    assertEquals(expected.size(), log.checkpoints.get(0).size());
    for (int row = 0; row < expected.size(); row++) {
      Checkpoint wanted = expected.get(row);
      Checkpoint actual = log.checkpoints.get(0).get(row);
      Checkpoint.HeldOutLoss wantedLoss = wanted.heldOut().get("validation");
      Checkpoint.HeldOutLoss actualLoss = actual.heldOut().get("validation");
      assertEquals(wantedLoss.loss(), actualLoss.loss(), 1e-6);
      assertEquals(wantedLoss.standardError(), actualLoss.standardError(), 1e-6);
      assertEquals(
          wantedLoss.loss() / Math.log(2) / 2, actualLoss.bitsPerByte().getAsDouble(), 1e-6);
      assertEquals(withoutHeldOut(wanted), withoutHeldOut(actual));
    }
  }

  /** The last row alone tells them, and a member of a cohort the same as by itself. */
  @Test
  void lossesByPositionAreToldAtTheEnd() throws IOException {
    TrainingSpec one = Specs.of(Specs.GPT, Specs.spec().corpus(), 640, Specs.BY_POSITION);
    TrainingSpec shorter = Specs.with(one, 352, one.checkpoints());
    RecordedLog together = train(one, shorter);
    assertEquals(train(one).checkpoints.get(0), together.checkpoints.get(0));
    assertEquals(train(shorter).checkpoints.get(0), together.checkpoints.get(1));
    for (int member = 0; member < 2; member++) {
      List<Checkpoint> rows = together.checkpoints.get(member);
      for (Checkpoint row : rows) {
        Checkpoint.HeldOutLoss loss = row.heldOut().get("validation");
        assertEquals(row == rows.getLast(), loss.byPosition().isPresent());
        loss.byPosition()
            .ifPresent(
                losses -> {
                  assertEquals(8, losses.size());
                  double mean = losses.stream().mapToDouble(it -> it).average().orElseThrow();
                  assertEquals(loss.loss(), mean, 1e-12);
                });
      }
    }
  }

  private static Checkpoint withoutHeldOut(Checkpoint row) {
    return new Checkpoint(
        row.step(),
        row.tokens(),
        row.epochs(),
        row.flops(),
        row.learningRate(),
        row.fractionOfPeak(),
        row.trainLoss(),
        row.gradientNorm(),
        Map.of());
  }

  /** 15 windows, each alone in its batch, summed by documents of 16 tokens. */
  private static Checkpoint.HeldOutLoss heldOutLoss(Cohort cohort, SplitCorpus corpus) {
    double[] sums = new double[8];
    long[] counts = new long[8];
    for (int window = 0; window < 15; window++) {
      int[] inputs = new int[4 * 8];
      int[] targets = new int[4 * 8];
      corpus.heldOut().read(window * 8, inputs, 0, 8);
      corpus.heldOut().read(window * 8 + 1, targets, 0, 8);
      cohort.forward(inputs, targets);
      double[] losses = cohort.losses()[0];
      for (int t = 0; t < 8; t++) {
        int document = (window * 8 + t + 1) / 16;
        sums[document] += losses[t];
        counts[document]++;
      }
    }
    ClusteredMean mean = ClusteredMean.of(sums, counts);
    return new Checkpoint.HeldOutLoss(mean.mean(), mean.standardError(), OptionalDouble.empty());
  }

  @Test
  void factsAreToldBeforeTraining() throws IOException {
    Facts facts = train(() -> true, Specs.spec()).opened.get(0);
    assertEquals(Specs.GPT.count(12, 8), facts.parameters());
    assertEquals(Specs.GPT.trainingFlopsPerToken(12, 8), facts.trainingFlopsPerToken());
    assertEquals(12, facts.vocabulary());
    assertEquals(124 * 8, facts.uniqueTokens());
    Facts.HeldOutFacts heldOut = facts.heldOut().get("validation");
    assertEquals(120, heldOut.tokens());
    assertEquals(8, heldOut.documents());
    assertEquals(2, heldOut.bytesPerToken().getAsDouble());
    assertEquals(facts.corpusDigest(), heldOut.digest());
  }

  @Test
  void theSameSpecTwiceGivesTheSameRows() throws IOException {
    assertEquals(train(Specs.spec()).checkpoints, train(Specs.spec()).checkpoints);
  }

  @Test
  void eachMemberOfACohortIsAsAlone() throws IOException {
    TrainingSpec[] cohort = variants();
    RecordedLog together = train(cohort);
    for (int member = 0; member < cohort.length; member++) {
      RecordedLog alone = train(cohort[member]);
      assertEquals(alone.checkpoints.get(0), together.checkpoints.get(member), "member " + member);
      for (int other = 0; other < member; other++) {
        assertNotEquals(together.checkpoints.get(other), together.checkpoints.get(member));
      }
    }
  }

  private static TrainingSpec[] variants() {
    TrainingSpec spec = Specs.spec();
    return new TrainingSpec[] {
      spec,
      Specs.with(spec, spec.optimizer(), spec.schedule(), 2),
      Specs.with(spec, spec.optimizer(), new Constant(32), 1),
      Specs.with(spec, new AdamW(0.003, 0.8, 0.99, 1e-6, 0, 0.1), spec.schedule(), 1),
    };
  }

  @Test
  void aDivergingMemberIsFrozenAndTheOthersGoOn() throws IOException {
    TrainingSpec spec = Specs.spec();
    TrainingSpec wild = Specs.with(spec, explosive(), new Constant(0), 1);
    RecordedLog log = train(spec, wild, spec);
    assertEquals(List.of(0, 2), log.finished);
    assertEquals(
        "the training loss is not a number; a peak learning rate below 90.0 may help",
        log.diverged.get(1));
    assertEquals(1, log.lastStep.get(1));
    assertNull(log.checkpoints.get(1));
    assertEquals(train(spec).checkpoints.get(0), log.checkpoints.get(0));
    assertEquals(log.checkpoints.get(0), log.checkpoints.get(2));
  }

  @Test
  void aTrainingWhoseMembersHaveAllDivergedEnds() throws IOException {
    TrainingSpec wild = Specs.with(Specs.spec(), explosive(), new Constant(0), 1);
    RecordedLog log = train(wild, wild);
    assertEquals(Map.of(0, 1L, 1, 1L), log.lastStep);
    assertEquals(2, log.diverged.size());
    assertTrue(log.finished.isEmpty());
  }

  @Test
  void aHeldOutLossThatIsNotFiniteIsLoggedAndEndsTheRun() throws IOException {
    TrainingSpec oneStep = Specs.of(Specs.GPT, new MadeUpText(1000, 200, 16), 32, Specs.VALIDATION);
    RecordedLog log = train(Specs.with(oneStep, explosive(), new Constant(0), 1));
    assertEquals(
        "the loss on held-out set validation is not a number; a peak learning rate below 90.0 may"
            + " help",
        log.diverged.get(0));
    assertTrue(Double.isNaN(log.losses(0, "validation")[0]));
    assertTrue(log.finished.isEmpty());
  }

  /** Its first step sends every matrix beyond what a layer norm can square. */
  private static AdamW explosive() {
    return new AdamW(90, 0.9, 0.95, 1e-8, 1e300, 1);
  }

  @Test
  void stopsBetweenSteps() throws IOException {
    AtomicInteger asked = new AtomicInteger();
    RecordedLog log = train(() -> asked.incrementAndGet() > 3, Specs.spec());
    assertEquals(3, log.lastStep.get(0));
    assertTrue(log.finished.isEmpty() && log.checkpoints.isEmpty());
  }

  /** Asked before each of four steps, and then before each of four evaluation batches. */
  @Test
  void stopsBetweenEvaluationBatches() throws IOException {
    AtomicInteger asked = new AtomicInteger();
    RecordedLog log = train(() -> asked.incrementAndGet() > 6, Specs.spec());
    assertEquals(4, log.lastStep.get(0));
    assertEquals(7, asked.get());
    assertTrue(log.finished.isEmpty() && log.checkpoints.isEmpty());
  }

  @Test
  void heldOutSetsMayComeFromAnotherCorpus() throws IOException {
    MadeUpText other = new MadeUpText(10, 300, 50);
    Map<String, HeldOut> both =
        Map.of(
            "own", new HeldOut(80, Optional.empty()),
            "other", new HeldOut(250, Optional.of(other)));
    RecordedLog log = train(Specs.of(Specs.GPT, new MadeUpText(1000, 200, 16), 64, both));
    assertEquals(both.keySet(), log.checkpoints.get(0).getFirst().heldOut().keySet());
    assertEquals(248, log.opened.get(0).heldOut().get("other").tokens());
    assertEquals("digest of " + other, log.opened.get(0).heldOut().get("other").digest());
  }

  @Test
  void stopsWhileACorpusIsOpened() throws IOException {
    record Slow() implements Corpus {
      @Override
      public int vocabulary() {
        return MadeUpText.VOCABULARY;
      }

      @Override
      public SplitCorpus open(Path cache, BooleanSupplier stopped) {
        assertTrue(stopped.getAsBoolean());
        throw new CancellationException();
      }
    }
    RecordedLog log = train(() -> true, Specs.of(Specs.GPT, new Slow(), 640, Specs.VALIDATION));
    assertTrue(log.opened.isEmpty() && log.finished.isEmpty() && log.checkpoints.isEmpty());
  }

  /** Two trainers on two threads share the engine and the corpora, and each is as alone. */
  @Test
  void trainsOnTwoThreadsAtOnce() throws Exception {
    OpenCorpora corpora = new OpenCorpora(cache);
    TrainingSpec[] specs = variants();
    int before = MadeUpText.OPENED.get();
    List<Future<RecordedLog>> logs = new ArrayList<>();
    try (ExecutorService threads = Executors.newFixedThreadPool(2)) {
      for (TrainingSpec spec : specs) {
        logs.add(
            threads.submit(
                () -> {
                  RecordedLog log = new RecordedLog();
                  try (Trainer trainer = new KernelTrainer(engine, corpora)) {
                    trainer.train(List.of(spec), StopSignal.NEVER, log);
                  }
                  return log;
                }));
      }
    }
    assertEquals(before + 1, MadeUpText.OPENED.get());
    RecordedLog cohort = train(specs);
    for (int i = 0; i < specs.length; i++) {
      assertEquals(cohort.checkpoints.get(i), logs.get(i).get().checkpoints.get(0));
    }
  }

  @Test
  void learns() throws IOException {
    double[] losses =
        train(Specs.of(Specs.GPT, new MadeUpText(8000, 200, 16), 6400, Specs.VALIDATION))
            .losses(0, "validation");
    assertTrue(losses[0] < Math.log(12) + 0.1, Arrays.toString(losses));
    assertTrue(losses[losses.length - 1] < losses[0] - 0.5, Arrays.toString(losses));
    assertArrayEquals(
        Arrays.stream(losses).boxed().sorted((a, b) -> Double.compare(b, a)).toArray(),
        Arrays.stream(losses).boxed().toArray(),
        "every checkpoint is better than the one before");
  }
}
