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
import java.util.OptionalInt;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import kleiber.experiment.Run;
import kleiber.run.StoredRun.State;
import kleiber.train.StopSignal;
import kleiber.train.Trainer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Runs that were interrupted and went on are, byte for byte, runs that were not. */
final class ResumedRunsTest extends OnText {
  /** Copies of a folder as a killed process would have left it, after every so many calls. */
  private List<RunStore> photographs(String device, int every) {
    Path live = folder.resolve("live");
    List<RunStore> taken = new ArrayList<>();
    AtomicInteger calls = new AtomicInteger();
    train(
        new RunStore(live),
        device,
        StopSignal.NEVER,
        trainer ->
            new WatchedTrainer(
                trainer,
                call -> {
                  if (calls.getAndIncrement() % every == 0) {
                    RunStore copy = new RunStore(folder.resolve(taken.size() + "-after-" + call));
                    copy(live, copy.folder());
                    taken.add(copy);
                  }
                }));
    return taken;
  }

  @ParameterizedTest
  @ValueSource(strings = {"naive", "cpu"})
  void killedAnywhere(String device) throws IOException {
    RunStore expected = whole(device);
    List<RunStore> killed = photographs(device, device.equals("cpu") ? 14 : 30);
    assertTrue(killed.size() >= 3, killed.size() + " photographs");
    int resumed = 0;
    for (RunStore store : killed) {
      goOn(store, device);
      resumed += told.isEmpty() ? 0 : 1;
      assertTrue(told.stream().allMatch(line -> line.startsWith("resumed ")), told.toString());
      assertEqual(expected, store, store.folder().toString());
    }
    assertTrue(resumed > 1, resumed + " went on");
  }

  /** Other cohorts than before, alone or with runs that never began. */
  @Test
  void inOtherCohorts() throws IOException {
    RunStore expected = whole("cpu");
    RunStore store = new RunStore(folder.resolve("stopped"));
    AtomicInteger steps = new AtomicInteger();
    UnaryOperator<Trainer> counted =
        trainer ->
            new WatchedTrainer(trainer, call -> steps.addAndGet(call.equals("snapshot") ? 1 : 0));
    for (int cohort : new int[] {2, 5, 1, 3}) {
      int until = steps.get() + 4;
      Runner.Result result =
          train(store, "cpu", cohort, new Saving(0, true), () -> steps.get() >= until, counted);
      assertEquals(130, result.exitCode());
      assertTrue(told.contains("kept"), told.toString());
    }
    goOn(store, "cpu");
    assertTrue(told.stream().anyMatch(line -> line.startsWith("resumed ")), told.toString());
    assertEqual(expected, store, "other cohorts");
  }

  @Test
  void aStopKeepsWhatWasTrained() throws IOException {
    RunStore store = new RunStore(folder.resolve("stopped"));
    AtomicBoolean stop = new AtomicBoolean();
    Saving never = new Saving(1e9, false);
    AtomicInteger steps = new AtomicInteger();
    Runner.Result result =
        train(
            store,
            "cpu",
            8,
            never,
            stop::get,
            trainer ->
                new WatchedTrainer(
                    trainer,
                    call -> {
                      if (call.equals("progress") && steps.incrementAndGet() == 16) {
                        stop.set(true);
                      }
                    }));
    assertEquals(130, result.exitCode());
    assertEquals(List.of("kept", "kept", "kept", "kept"), told.subList(0, 4));
    assertTrue(store.leftovers().bytes() > 1000);
    train(store, "cpu", 8, never, StopSignal.NEVER, UnaryOperator.identity());
    assertTrue(told.contains("resumed 4"), told.toString());
    Provenance provenance = store.provenance(runs.get(1)).orElseThrow();
    assertEquals(OptionalInt.of(1), provenance.resumed());
    List<Timing> times = store.timing(runs.get(1));
    for (int i = 1; i < times.size(); i++) {
      assertTrue(times.get(i).seconds() >= times.get(i - 1).seconds(), times.toString());
    }
    RunStore expected = whole("cpu");
    for (Run run : runs) {
      Path log = expected.folder(run).resolve(RunStore.CHECKPOINTS);
      assertEquals(-1, Files.mismatch(log, store.folder(run).resolve(RunStore.CHECKPOINTS)));
      assertFalse(Files.exists(store.folder(run).resolve(RunStore.WEIGHTS)), "nobody asked");
    }
  }

  @Test
  void anotherNumericModeStartsOver() throws IOException {
    RunStore store =
        photographs("naive", 7).stream()
            .filter(each -> Files.isDirectory(each.folder().resolve("snapshots")))
            .findFirst()
            .orElseThrow();
    assertFalse(Files.exists(store.folder().resolve("runs")), "none has ended yet");
    goOn(store, "cpu");
    assertTrue(
        told.getFirst()
            .matches(
                "it was saved in the numeric mode naive.*, this is cpu.*, and a run resumes"
                    + " only in its own; it starts over"),
        told.toString());
    assertTrue(told.stream().noneMatch(line -> line.startsWith("resumed ")), told.toString());
    assertEqual(whole("cpu"), store, "started over");
  }

  /** What failed goes on from its snapshots too, alone. */
  @Test
  void aRunThatFailedGoesOn() throws IOException {
    RunStore store = new RunStore(folder.resolve("failed"));
    AtomicInteger steps = new AtomicInteger();
    Runner.Result result =
        train(
            store,
            "cpu",
            StopSignal.NEVER,
            trainer ->
                new WatchedTrainer(
                    trainer,
                    call -> {
                      if (call.equals("progress") && steps.incrementAndGet() > 20) {
                        throw new IOException("a fault");
                      }
                    }));
    assertTrue(result.failed() > 0, result.toString());
    assertEquals(1, result.exitCode());
    List<Run> failed =
        runs.stream().filter(run -> store.load(run).state() == State.FAILED).toList();
    assertEquals(result.failed(), failed.size());
    goOn(store, "cpu");
    assertEquals(failed.size(), told.stream().filter(line -> line.startsWith("resumed ")).count());
    assertEqual(whole("cpu"), store, "failed once");
  }

  /** A disk without room for a snapshot ends no training, and what was begun is not left there. */
  @Test
  void aSnapshotThatCannotBeWrittenIsTold() throws IOException {
    List<Path> parts = new ArrayList<>();
    RunStore store =
        new RunStore(
            folder.resolve("full"),
            file -> {
              OutputStream out = Files.newOutputStream(file);
              if (file.toString().contains("snapshot-")) {
                out.close();
                throw new IOException("No space left on device");
              }
              parts.addAll(partsIn(folder.resolve("full")));
              return out;
            });
    train(store, "cpu", StopSignal.NEVER, UnaryOperator.identity());
    assertEquals(List.of(), parts);
    assertEquals("not saved: No space left on device", told.getFirst());
    assertEqual(whole("cpu"), store, "without snapshots");
  }

  private static List<Path> partsIn(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      return files.filter(file -> file.toString().endsWith(".part")).toList();
    }
  }
}
