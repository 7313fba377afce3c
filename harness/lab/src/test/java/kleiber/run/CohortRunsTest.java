package kleiber.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import kleiber.experiment.Ladder;
import kleiber.experiment.Run;
import kleiber.run.StoredRun.State;
import kleiber.train.StopSignal;
import kleiber.train.TrainingSpec;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What befalls one run of a cohort leaves the others as they would be alone. */
final class CohortRunsTest extends OnLadder {
  private Runner.Result run(StandInTrainer trainer, StopSignal stop) {
    return run(new RunStore(folder), trainer, stop);
  }

  private Runner.Result run(RunStore store, StandInTrainer trainer, StopSignal stop) {
    return runner(store, trainer, 1, 8, Progress.SILENT).run(ladder, stop);
  }

  @Test
  void aCohortWritesTheBytesThatItsRunsWriteAlone(@TempDir Path other) throws IOException {
    StandInTrainer trainer = new StandInTrainer();
    run(trainer, StopSignal.NEVER);
    assertEquals(List.of(1, 2, 2, 2), trainer.cohorts.stream().map(List::size).toList());
    runner(new RunStore(other), new StandInTrainer(), 1, Progress.SILENT)
        .run(ladder, StopSignal.NEVER);
    for (Run run : ladder.runs()) {
      for (String file : List.of(RunStore.FACTS, RunStore.CHECKPOINTS, RunStore.OUTCOME)) {
        Path one = new RunStore(folder).folder(run).resolve(file);
        assertEquals(-1, Files.mismatch(one, new RunStore(other).folder(run).resolve(file)), file);
      }
    }
  }

  @Test
  void aMemberThatFailsIsFoundAndFailsAlone() {
    TrainingSpec culprit = ladder.runs().get(2).spec();
    StandInTrainer trainer =
        new StandInTrainer(
            (spec, step) -> {
              if (spec.equals(culprit) && step == 50) {
                throw new IllegalStateException("a fault");
              }
              return false;
            });
    Runner.Result result = run(trainer, StopSignal.NEVER);
    assertEquals(new Runner.Result(0, 6, 0, 1, 0, Optional.empty()), result);
    assertEquals(
        Optional.of("java.lang.IllegalStateException: a fault"),
        new RunStore(folder).load(ladder.runs().get(2)).reason());
    assertEquals(6, trainer.cohorts.size(), "four cohorts, and the two halves of one");
  }

  @Test
  void aCohortThatRunsOutOfMemoryIsSplit() {
    AtomicInteger members = new AtomicInteger();
    StandInTrainer trainer =
        new StandInTrainer(
            (_, step) -> {
              if (step == 0 && members.incrementAndGet() > 1) {
                members.set(0);
                throw new OutOfMemoryError("Java heap space");
              }
              if (step == 1) {
                members.set(0);
              }
              return false;
            });
    List<Double> done = new ArrayList<>();
    double[] planned = {0};
    Progress progress =
        new Progress() {
          @Override
          public void planned(int finished, List<Run> pending, double flops, double saved) {
            planned[0] = flops;
          }

          @Override
          public void advanced(Run run, double share, double flops) {
            done.add(flops);
          }
        };
    Runner.Result result =
        runner(new RunStore(folder), trainer, 1, 8, progress).run(ladder, StopSignal.NEVER);
    assertEquals(new Runner.Result(0, 7, 0, 0, 0, Optional.empty()), result);
    assertEquals(planned[0], done.getLast(), 1e-6 * planned[0]);
    assertEquals(planned[0], done.stream().mapToDouble(d -> d).max().getAsDouble(), 1);
  }

  @Test
  void aMemberThatDivergesIsARowAndTheOthersGoOn() {
    StandInTrainer trainer =
        new StandInTrainer((spec, step) -> spec.tokens() == 200_000 && step == 50);
    Runner.Result result = run(trainer, StopSignal.NEVER);
    assertEquals(new Runner.Result(0, 4, 3, 0, 0, Optional.empty()), result);
    assertEquals(4, trainer.cohorts.size());
  }

  /** The others are kept, and nothing more is begun in a folder that cannot be written. */
  @Test
  void aLogThatCannotBeWrittenEndsOnlyItsRun() {
    String culprit = ladder.runs().get(4).id();
    RunStore store =
        new RunStore(
            folder,
            file ->
                file.toString().contains(culprit) && file.endsWith(RunStore.CHECKPOINTS)
                    ? new Broken()
                    : Files.newOutputStream(file));
    StandInTrainer trainer = new StandInTrainer();
    Runner.Result result = run(store, trainer, StopSignal.NEVER);
    assertEquals(2, result.done(), "the target, and the other of the cohort");
    assertEquals(5, result.notRun());
    assertTrue(result.halted().get().contains("Input/output error"), result.halted().get());
    assertEquals(2, trainer.cohorts.size());
    List<State> states = states();
    assertEquals(State.MISSING, states.get(4));
    assertEquals(State.DONE, states.get(5));
    assertEquals(5, run(new StandInTrainer(), StopSignal.NEVER).done());
  }

  private static final class Broken extends OutputStream {
    @Override
    public void write(int b) throws IOException {
      throw new IOException("Input/output error");
    }
  }

  @Test
  void aStopKeepsTheMembersThatHaveEnded() throws IOException {
    AtomicBoolean stop = new AtomicBoolean();
    StandInTrainer trainer =
        new StandInTrainer(
            (spec, step) -> {
              if (!isTarget(spec) && spec.tokens() == 200_000 && step > spec.steps() * 3 / 4) {
                stop.set(true); // the shorter of its cohort has ended
              }
              return false;
            });
    Runner.Result result = run(trainer, stop::get);
    assertEquals(new Runner.Result(0, 2, 0, 0, 5, Optional.empty()), result);
    assertEquals(130, result.exitCode());
    try (Stream<Path> unfinished = Files.list(folder.resolve("unfinished"))) {
      assertEquals(0, unfinished.count());
    }
    assertEquals(5, run(new StandInTrainer(), StopSignal.NEVER).done());
  }

  @Test
  void secondsAreShared() {
    long start = System.nanoTime();
    run(new StandInTrainer(), StopSignal.NEVER);
    double elapsed = (System.nanoTime() - start) * 1e-9;
    RunStore store = new RunStore(folder);
    double sum = store.load(ladder).stream().mapToDouble(StoredRun::seconds).sum();
    assertTrue(sum > 0 && sum <= elapsed, sum + " s of " + elapsed);
    for (Run run : ladder.runs()) {
      List<Timing> rows = store.timing(run);
      assertEquals(run.spec().steps(), rows.getLast().step());
      assertEquals(
          rows.stream().sorted((a, b) -> Double.compare(a.seconds(), b.seconds())).toList(), rows);
    }
  }

  @Test
  void branchesOfATrunkGoTogetherWhateverTheSize() {
    String[] branches = {
      "base.schedule={type: WarmupStableDecay, warmupTokens: 10000, decayFraction: 0.2,"
          + " finalFraction: 0}",
      "rules=[{type: LearningRateBySize, params: 25000, rate: 5e-3, exponent: -0.35}]"
    };
    StandInTrainer trainer = new StandInTrainer();
    double[] saved = {0};
    Progress progress =
        new Progress() {
          @Override
          public void planned(int finished, List<Run> pending, double flops, double shared) {
            saved[0] = shared / (flops + shared);
          }
        };
    Runner runner = runner(new RunStore(folder), trainer, 1, 1, progress);
    assertEquals(7, runner.run(Ladder.read(branches), StopSignal.NEVER).done());
    assertEquals(List.of(1, 2, 2, 2), trainer.cohorts.stream().map(List::size).toList());
    assertTrue(saved[0] > 0 && saved[0] < 0.5, "saved " + saved[0]);
    assertFalse(trainer.cohorts.stream().anyMatch(c -> c.size() == 2 && sharesNothing(c)));
  }

  private static boolean sharesNothing(List<TrainingSpec> cohort) {
    return cohort.get(0).sharedSteps(cohort.get(1)) == 0;
  }
}
