package kleiber.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import java.util.stream.Stream;
import kleiber.experiment.Run;
import kleiber.experiment.UserException;
import kleiber.run.StoredRun.State;
import kleiber.train.Checkpoint;
import kleiber.train.StopSignal;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Processes that train, and what happens to the grid when they die. */
final class RemoteWorkerTest extends OnLadder {
  /** Starts sooner. */
  private static final String FAST = "-XX:TieredStopAtLevel=1";

  private static final Duration PATIENCE = Duration.ofMinutes(5);

  private final Run victim = ladder.runs().get(2);

  private RemoteWorker process(String what, String whom) {
    return process(what, whom, System::nanoTime);
  }

  private RemoteWorker process(String what, String whom, LongSupplier nanos) {
    List<String> command = new ArrayList<>(SameProgram.command(StandInProcess.class, FAST));
    command.addAll(List.of(what, whom, folder.resolve("memory").toString()));
    return process("cpu", command, PATIENCE, nanos);
  }

  private RemoteWorker process(
      String devices, List<String> command, Duration patience, LongSupplier nanos) {
    Order.Setup setup =
        new Order.Setup(
            folder.toString(), devices, 2, 2, folder.toString(), "kleiber run", Saving.USUAL);
    return new RemoteWorker(new RunStore(folder), setup, command, 1e9, patience, nanos);
  }

  private Runner.Result run(RemoteWorker worker, int cohort, Progress progress, StopSignal stop) {
    try (worker) {
      return new Runner(
              new RunStore(folder),
              _ -> new StandInTrainer(),
              List.of(worker),
              Pacing.USUAL.withCohort(cohort),
              progress)
          .run(ladder, stop);
    }
  }

  /** The bytes are those of a run in this process, whatever else the process writes. */
  @Test
  void aProcessTrainsWhatThisOneWould(@TempDir Path other) throws IOException {
    List<Checkpoint> rows = new ArrayList<>();
    Progress progress =
        new Progress() {
          @Override
          public void checkpoint(Run run, Checkpoint checkpoint) {
            rows.add(checkpoint);
          }
        };
    RemoteWorker worker = process("chatter", "all");
    Runner.Result result = run(worker, 2, progress, StopSignal.NEVER);
    assertEquals(new Runner.Result(0, 7, 0, 0, 0, Optional.empty()), result);
    runner(new RunStore(other), new StandInTrainer(), 1, Progress.SILENT)
        .run(ladder, StopSignal.NEVER);
    int logged = 0;
    for (Run run : ladder.runs()) {
      for (String file : List.of(RunStore.FACTS, RunStore.CHECKPOINTS, RunStore.OUTCOME)) {
        Path one = new RunStore(folder).folder(run).resolve(file);
        assertEquals(-1, Files.mismatch(one, new RunStore(other).folder(run).resolve(file)), file);
      }
      logged += new RunStore(folder).load(run).checkpoints().size();
    }
    assertEquals(logged, rows.size());
    assertNothingIsLeft();
  }

  @Test
  void aRunThatKillsItsProcessIsARowAndTheOthersGoOn() throws IOException {
    RemoteWorker worker = process("die", victim.id());
    List<String> told = new ArrayList<>();
    Progress progress =
        new Progress() {
          @Override
          public void workerLost(List<Run> runs, String reason) {
            assertFalse(runs.isEmpty());
            told.add(reason);
          }
        };
    Runner.Result result = run(worker, 8, progress, StopSignal.NEVER);
    assertTrue(told.contains("the process that trained it ended with exit code 77"), "" + told);
    assertEquals(new Runner.Result(0, 6, 0, 1, 0, Optional.empty()), result);
    StoredRun stored = new RunStore(folder).load(victim);
    assertEquals(State.FAILED, stored.state());
    assertEquals(
        Optional.of("the process that trained it ended with exit code 77, 3 times"),
        stored.reason());
    String said = Files.readString(new RunStore(folder).folder(victim).resolve(RunStore.ERROR));
    assertTrue(said.contains("about to die of " + victim.spec().tokens()), said);
    assertNothingIsLeft();

    Runner.Result again = runner(new StandInTrainer()).run(ladder, StopSignal.NEVER);
    assertEquals(new Runner.Result(6, 1, 0, 0, 0, Optional.empty()), again);
  }

  @Test
  void aProcessThatIsKilledBeforeItIsReadyIsStartedAgain() {
    String once = "test -e killed || { touch killed; kill -9 $$; }; exec \"$@\"";
    List<String> command =
        new ArrayList<>(List.of("sh", "-c", once.replace("killed", folder + "/killed"), "sh"));
    command.addAll(SameProgram.command(StandInProcess.class, FAST));
    command.addAll(List.of("chatter", "all", folder.resolve("memory").toString()));
    RemoteWorker worker = process("cpu", command, PATIENCE, System::nanoTime);
    Runner.Result result = run(worker, 2, Progress.SILENT, StopSignal.NEVER);
    assertEquals(new Runner.Result(0, 7, 0, 0, 0, Optional.empty()), result);
    assertTrue(Files.exists(folder.resolve("killed")));

    RemoteWorker never =
        process("cpu", List.of("sh", "-c", "kill -9 $$"), PATIENCE, System::nanoTime);
    new RunStore(folder).folder(victim).resolve(RunStore.OUTCOME).toFile().delete();
    UserException refused =
        assertThrows(UserException.class, () -> run(never, 2, Progress.SILENT, StopSignal.NEVER));
    assertTrue(refused.getMessage().contains("does not start, tried 3 times: "));
  }

  @Test
  void aProcessThatIsNeverReadyIsKilled() {
    RemoteWorker silent =
        process("cpu", List.of("sleep", "600"), Duration.ofSeconds(1), System::nanoTime);
    UserException refused =
        assertThrows(UserException.class, () -> run(silent, 2, Progress.SILENT, StopSignal.NEVER));
    String reason =
        "does not start, tried 3 times: the process that trained it gave no sign of life for 1 s";
    assertTrue(refused.getMessage().contains(reason), refused.getMessage());
  }

  /** Or the one that waits would spin until its process has stopped. */
  @Test
  void anInterruptIsTakenOnce() {
    RemoteWorker.Exchange exchange =
        new RemoteWorker.Exchange(
            1, List.of(), new Overview(Progress.SILENT, Map.of()), System::nanoTime);
    Thread.currentThread().interrupt();
    assertFalse(exchange.isOver(1));
    assertFalse(Thread.currentThread().isInterrupted());
    assertTrue(exchange.wasInterrupted());
  }

  /** As soon as it hangs, the clock goes by more than patience at every look. */
  @Test
  void aProcessThatHangsIsKilledAndItsRunsTriedAgain() {
    AtomicBoolean lost = new AtomicBoolean();
    AtomicLong leap = new AtomicLong();
    LongSupplier nanos =
        () ->
            Files.exists(folder.resolve("memory")) && !lost.get()
                ? leap.addAndGet(PATIENCE.toNanos() * 2)
                : leap.get();
    RemoteWorker worker = process("hang", victim.id(), nanos);
    List<Run> discarded = new ArrayList<>();
    Progress progress =
        new Progress() {
          @Override
          public void discarded(Run run) {
            discarded.add(run);
          }

          @Override
          public void workerLost(List<Run> runs, String reason) {
            lost.set(true);
          }
        };
    Runner.Result result = run(worker, 1, progress, StopSignal.NEVER);
    assertEquals(new Runner.Result(0, 7, 0, 0, 0, Optional.empty()), result);
    assertTrue(discarded.contains(victim));
  }

  @Test
  void aStopReachesTheProcess() throws IOException {
    AtomicBoolean stop = new AtomicBoolean();
    Progress progress =
        new Progress() {
          @Override
          public void checkpoint(Run run, Checkpoint checkpoint) {
            stop.set(true);
          }
        };
    RemoteWorker worker = process("slow", "all");
    Runner.Result result = run(worker, 1, progress, stop::get);
    assertTrue(result.interrupted());
    assertTrue(result.notRun() > 0);
    assertFalse(states().contains(State.FAILED));
    assertNothingIsLeft();
  }

  @Test
  void whatIsSaidArrivesWhateverTheTerminalsEncoding() {
    List<String> command =
        new ArrayList<>(
            SameProgram.command(StandInProcess.class, FAST, "-Dstdout.encoding=US-ASCII"));
    command.addAll(List.of("chatter", "all", "none"));
    RemoteWorker worker = process("größte", command, PATIENCE, System::nanoTime);
    UserException refusal =
        assertThrows(UserException.class, () -> run(worker, 1, Progress.SILENT, StopSignal.NEVER));
    assertTrue(refusal.getMessage().startsWith("--devices größte: "), refusal.getMessage());
  }

  private void assertNothingIsLeft() throws IOException {
    try (Stream<Path> unfinished = Files.list(folder.resolve("unfinished"))) {
      assertEquals(List.of(), unfinished.toList());
    }
  }
}
