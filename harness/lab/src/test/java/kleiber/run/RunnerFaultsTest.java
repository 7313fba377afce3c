package kleiber.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import kleiber.data.CorpusException;
import kleiber.experiment.Experiment;
import kleiber.experiment.Ladder;
import kleiber.experiment.Run;
import kleiber.experiment.UserException;
import kleiber.models.Gpt;
import kleiber.run.StoredRun.State;
import kleiber.train.Checkpoint;
import kleiber.train.StopSignal;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

/**
 * What goes wrong with a run, a corpus, a disk or another process, and what is kept all the same.
 */
final class RunnerFaultsTest extends OnLadder {

  @Test
  void aRunThatDivergesIsARowWithAReason() throws IOException {
    StandInTrainer trainer = new StandInTrainer((spec, step) -> isTarget(spec) && step == 300);
    Runner.Result result = runner(trainer).run(ladder, StopSignal.NEVER);
    assertEquals(new Runner.Result(0, 6, 1, 0, 0, Optional.empty()), result);
    assertEquals(0, result.exitCode());
    RunStore store = new RunStore(folder);
    StoredRun target = store.load(ladder.runs().getLast());
    assertEquals(State.DIVERGED, target.state());
    assertEquals(Optional.of("step 300: the loss is not finite"), target.reason());
    List<Checkpoint> rows = target.checkpoints();
    assertTrue(Double.isFinite(rows.get(rows.size() - 2).trainLoss()));
    assertTrue(Double.isNaN(rows.getLast().trainLoss()));
    assertTrue(Double.isNaN(rows.getLast().heldOut().get("code").loss()));
    String log = Files.readString(store.folder(target.run()).resolve(RunStore.CHECKPOINTS));
    assertTrue(log.contains("\"trainLoss\":null"), log);
    assertFalse(log.contains("NaN") || log.contains("Infinity"), log);
    StandInTrainer again = new StandInTrainer();
    assertEquals(7, runner(again).run(ladder, StopSignal.NEVER).finishedBefore());
    assertTrue(again.trained().isEmpty());
  }

  @Test
  void aRunThatFailsLeavesTheOthersAloneAndIsTriedAgain() {
    StandInTrainer trainer =
        new StandInTrainer(
            (spec, step) -> {
              if (isTarget(spec) && step == 500) {
                throw new OutOfMemoryError("Java heap space");
              }
              if (spec.tokens() == 200_000 && step == 0) {
                throw new IllegalStateException("a fault");
              }
              return false;
            });
    Runner.Result result = runner(trainer).run(ladder, StopSignal.NEVER);
    assertEquals(new Runner.Result(0, 3, 0, 4, 0, Optional.empty()), result);
    assertEquals(1, result.exitCode());
    RunStore store = new RunStore(folder);
    StoredRun target = store.load(ladder.runs().getLast());
    assertEquals(State.FAILED, target.state());
    assertTrue(target.reason().get().startsWith("out of memory: the Java heap may grow to "));
    assertFalse(target.checkpoints().isEmpty());
    assertTrue(Files.exists(store.folder(target.run()).resolve(RunStore.ERROR)));
    StoredRun fault = store.load(ladder.runs().get(1));
    assertEquals(Optional.of("java.lang.IllegalStateException: a fault"), fault.reason());
    assertEquals(Optional.empty(), fault.facts());

    Runner.Result again = runner(new StandInTrainer()).run(ladder, StopSignal.NEVER);
    assertEquals(new Runner.Result(3, 4, 0, 0, 0, Optional.empty()), again);
    assertFalse(Files.exists(store.folder(target.run()).resolve(RunStore.ERROR)));
  }

  /** The device that is always full stands in for a disk that fills up during the third log. */
  @Test
  void aFullDiskEndsTheGridWithASentence() {
    Path full = Path.of("/dev/full");
    Assumptions.assumeTrue(Files.exists(full), "there is no /dev/full here");
    AtomicInteger logs = new AtomicInteger();
    RunStore store =
        new RunStore(
            folder,
            file ->
                file.endsWith(RunStore.CHECKPOINTS) && logs.incrementAndGet() > 2
                    ? Files.newOutputStream(full)
                    : Files.newOutputStream(file));
    Runner.Result result =
        runner(store, new StandInTrainer(), 1, Progress.SILENT).run(ladder, StopSignal.NEVER);
    assertEquals(2, result.done());
    assertEquals(5, result.notRun());
    assertEquals(1, result.exitCode());
    assertFalse(result.interrupted());
    assertEquals(
        Optional.of(
            "cannot write to "
                + folder
                + ": No space left on device; finished runs are kept, and the others go on next"
                + " time from their last snapshot, if they have one"),
        result.halted());
    assertEquals(2, states().stream().filter(State.DONE::equals).count());
    assertEquals(5, runner(new StandInTrainer()).run(ladder, StopSignal.NEVER).done());
  }

  @Test
  void aDiskThatIsFullFromTheStartIsTold() {
    RunStore store =
        new RunStore(
            folder,
            _ -> {
              throw new IOException("No space left on device");
            });
    UserException error =
        assertThrows(
            UserException.class,
            () ->
                runner(store, new StandInTrainer(), 1, Progress.SILENT)
                    .run(ladder, StopSignal.NEVER));
    assertEquals("cannot write to " + folder + ": No space left on device", error.getMessage());
  }

  /** The stream may also refuse only when it is closed. */
  @Test
  void aLogThatCannotBeClosedIsNotPublished() {
    RunStore store =
        new RunStore(
            folder,
            file -> {
              OutputStream out = Files.newOutputStream(file);
              return !file.endsWith(RunStore.TIMING)
                  ? out
                  : new OutputStream() {
                    @Override
                    public void write(int b) throws IOException {
                      out.write(b);
                    }

                    @Override
                    public void close() throws IOException {
                      out.close();
                      throw new IOException("Input/output error");
                    }
                  };
            });
    Runner.Result result =
        runner(store, new StandInTrainer(), 2, Progress.SILENT).run(ladder, StopSignal.NEVER);
    assertTrue(result.halted().get().contains("Input/output error"));
    assertEquals(0, states().stream().filter(State.DONE::equals).count());
  }

  /** A grid of which one run cannot be trained is refused before any other is. */
  @Test
  void whatACorpusCannotServeIsRefusedBeforeAnythingIsTrained() throws IOException {
    runner(new StandInTrainer()).run(ladder, StopSignal.NEVER);
    Experiment more = Ladder.read("grid.0.tokens=[5e4, 1e5, 2e5]");
    StandInTrainer trainer = new StandInTrainer();
    trainer.refusal =
        spec -> spec.tokens() == 50_000 && ((Gpt) spec.model()).width() == 24 ? "too few" : null;
    String message = refusal(trainer, more);
    assertTrue(message.matches("run [0-9a-f]{16}: too few"), message);
    trainer.refusal = spec -> spec.tokens() == 50_000 ? "too few" : null;
    message = refusal(trainer, more);
    assertTrue(
        message.matches("run [0-9a-f]{16}: too few; 3 of the 3 runs to train are refused"),
        message);
    assertTrue(trainer.trained().isEmpty());
    assertEquals(
        ladder.text(),
        Files.readString(new RunStore(folder).experiment()),
        "a refused experiment took the place of the one whose runs are here");
  }

  private String refusal(StandInTrainer trainer, Experiment experiment) {
    return assertThrows(
            UserException.class, () -> runner(trainer).run(experiment, StopSignal.NEVER))
        .getMessage();
  }

  @Test
  void aCorpusThatFailsLaterFailsOnlyItsRun() {
    StandInTrainer trainer =
        new StandInTrainer(
            (spec, _) -> {
              if (isTarget(spec)) {
                throw new CorpusException("a file has vanished");
              }
              return false;
            });
    Runner.Result result =
        runner(new RunStore(folder), trainer, 1, Progress.SILENT).run(ladder, StopSignal.NEVER);
    assertEquals(new Runner.Result(0, 6, 0, 1, 0, Optional.empty()), result);
    assertEquals(
        Optional.of("a file has vanished"),
        new RunStore(folder).load(ladder.runs().getLast()).reason());
  }

  @Test
  void otherTextUnderTheSameSettingsIsRefused() {
    runner(new StandInTrainer()).run(ladder, StopSignal.NEVER);
    StandInTrainer changed = new StandInTrainer();
    changed.digest = "0".repeat(64);
    Experiment more = Ladder.read("grid.0.tokens=[5e4, 1e5, 2e5]");
    UserException error =
        assertThrows(UserException.class, () -> runner(changed).run(more, StopSignal.NEVER));
    String message = error.getMessage();
    assertTrue(
        message.matches(
            "the text of StandInCorpus \\{\"vocabulary\":256} has changed: run [0-9a-f]{16} saw"
                + " c0ffeec0ffee…, but now it is 000000000000…, and losses on different text cannot"
                + " be compared; .*"),
        message);
    assertTrue(changed.trained().isEmpty());
    assertEquals(7, runner(new StandInTrainer()).run(more, StopSignal.NEVER).finishedBefore());
  }

  @Test
  void aFaultOfTheWatcherIsNotSwallowed() {
    Progress faulty =
        new Progress() {
          @Override
          public void started(Run run) {
            throw new IllegalStateException("a fault of the watcher");
          }
        };
    assertThrows(
        IllegalStateException.class,
        () ->
            runner(new RunStore(folder), new StandInTrainer(), 2, faulty)
                .run(ladder, StopSignal.NEVER));
  }
}
