package kleiber.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import kleiber.experiment.Experiment;
import kleiber.experiment.Ladder;
import kleiber.experiment.Run;
import kleiber.models.Gpt;
import kleiber.run.StoredRun.State;
import kleiber.train.StopSignal;
import kleiber.train.TrainingSpec;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How a grid is done: what is trained, in which order, and what is kept. */
final class RunnerTest extends OnLadder {

  @Test
  void everyCellBecomesALog() {
    Runner.Result result = runner(new StandInTrainer()).run(ladder, StopSignal.NEVER);
    assertEquals(new Runner.Result(0, 7, 0, 0, 0, Optional.empty()), result);
    assertEquals(0, result.exitCode());
    for (StoredRun stored : new RunStore(folder).load(ladder)) {
      TrainingSpec spec = stored.run().spec();
      assertEquals(State.DONE, stored.state());
      assertEquals(spec.steps(), stored.checkpoints().getLast().step());
      assertEquals(spec.checkpoints().tokens(spec.tokens()).length, stored.checkpoints().size());
      double loss = stored.checkpoints().getLast().heldOut().get("code").loss();
      assertTrue(loss > 1.7 && loss < 10, "loss " + loss);
      assertTrue(stored.seconds() >= 0);
    }
  }

  @Test
  void whatIsDoneIsNotDoneAgain() {
    runner(new StandInTrainer()).run(ladder, StopSignal.NEVER);
    StandInTrainer again = new StandInTrainer();
    Runner.Result result =
        runner(again).run(Ladder.read("grid.0.tokens=[5e4, 1e5, 2e5]"), StopSignal.NEVER);
    assertEquals(new Runner.Result(7, 3, 0, 0, 0, Optional.empty()), result);
    assertTrue(again.trained().stream().allMatch(spec -> spec.tokens() == 50_000));
  }

  /** What differs between equal runs is in the other files. */
  @Test
  void equalRunsGiveEqualBytes(@TempDir Path other) throws IOException {
    runner(new StandInTrainer()).run(ladder, StopSignal.NEVER);
    runner(new RunStore(other), new StandInTrainer(), 1, Progress.SILENT)
        .run(ladder, StopSignal.NEVER);
    for (Run run : ladder.runs()) {
      for (String file :
          List.of(RunStore.SPEC, RunStore.FACTS, RunStore.CHECKPOINTS, RunStore.OUTCOME)) {
        Path one = new RunStore(folder).folder(run).resolve(file);
        assertEquals(-1, Files.mismatch(one, new RunStore(other).folder(run).resolve(file)), file);
      }
    }
    assertEquals(ladder.text(), Files.readString(new RunStore(folder).experiment()));
  }

  @Test
  void theLargestStartsFirstAndProgressAddsUp() {
    List<Double> done = new ArrayList<>();
    List<String> order = new ArrayList<>();
    double[] planned = {0};
    Progress progress =
        new Progress() {
          @Override
          public void planned(int finished, List<Run> pending, double flops, double saved) {
            planned[0] = flops;
          }

          @Override
          public void started(Run run) {
            order.add(((Gpt) run.spec().model()).width() + " " + run.spec().tokens());
          }

          @Override
          public void advanced(Run run, double share, double flops) {
            done.add(flops);
          }
        };
    StandInTrainer trainer = new StandInTrainer((spec, step) -> isTarget(spec) && step == 100);
    runner(new RunStore(folder), trainer, 1, progress).run(ladder, StopSignal.NEVER);
    assertEquals(
        List.of(
            "64 1000000",
            "32 200000",
            "32 100000",
            "24 200000",
            "16 200000",
            "24 100000",
            "16 100000"),
        order);
    assertEquals(planned[0], done.getLast(), 1e-6 * planned[0]);
    assertEquals(done, done.stream().sorted().toList());
  }

  @Test
  void aStopKeepsWhatIsFinishedAndDiscardsTheRest() throws IOException {
    AtomicBoolean stop = new AtomicBoolean();
    AtomicInteger ended = new AtomicInteger();
    StandInTrainer trainer =
        new StandInTrainer(
            (spec, step) -> {
              if (step == spec.steps() && ended.incrementAndGet() == 3) {
                stop.set(true); // the third run still ends; its successor is stopped
              }
              return false;
            });
    Runner.Result result =
        runner(new RunStore(folder), trainer, 1, Progress.SILENT).run(ladder, stop::get);
    assertEquals(new Runner.Result(0, 3, 0, 0, 4, Optional.empty()), result);
    assertTrue(result.interrupted());
    assertEquals(130, result.exitCode());
    assertEquals(3, states().stream().filter(State.DONE::equals).count());

    stop.set(false);
    StandInTrainer middle =
        new StandInTrainer(
            (spec, step) -> {
              if (step == 200) {
                stop.set(true);
              }
              return false;
            });
    result = runner(middle).run(ladder, stop::get);
    assertEquals(new Runner.Result(3, 0, 0, 0, 4, Optional.empty()), result);
    try (Stream<Path> runs = Files.list(folder.resolve("runs"))) {
      assertEquals(3, runs.count());
    }
    try (Stream<Path> unfinished = Files.list(folder.resolve("unfinished"))) {
      assertEquals(0, unfinished.count());
    }
    assertEquals(4, runner(new StandInTrainer()).run(ladder, StopSignal.NEVER).done());
  }

  @Test
  void aGridInMuPSaysThatItIsCheckedFirst() {
    List<String> told = new ArrayList<>();
    Progress progress =
        new Progress() {
          @Override
          public void checking(int runs) {
            told.add("checking " + runs);
          }

          @Override
          public void planned(int finished, List<Run> pending, double flops, double saved) {
            told.add("planned " + pending.size());
          }
        };
    Experiment inMuP = Ladder.read("base.model.muP={baseWidth: 16}");
    RunStore store = new RunStore(folder);
    runner(store, new StandInTrainer(), 1, progress).run(inMuP, StopSignal.NEVER);
    assertEquals(List.of("checking 7", "planned 7"), told);
    runner(store, new StandInTrainer(), 1, progress).run(ladder, StopSignal.NEVER);
    assertEquals(List.of("planned 7"), told.subList(2, told.size()));
  }

  @Test
  void provenanceSaysWhereTheNumbersComeFrom() {
    runner(new StandInTrainer()).run(ladder, StopSignal.NEVER);
    Provenance provenance = new RunStore(folder).provenance(ladder.runs().getFirst()).orElseThrow();
    assertEquals("stand-in 1", provenance.numerics());
    assertEquals("kleiber run ladder.yaml", provenance.command());
    assertEquals(Runtime.getRuntime().availableProcessors(), provenance.machine().cores());
    assertEquals(
        List.of("heldOut.code", "training"),
        provenance.corpora().keySet().stream().sorted().toList());
    assertTrue(provenance.started().compareTo(provenance.ended()) <= 0);
    assertFalse(provenance.code().version().isBlank());
    provenance.code().revision().ifPresent(r -> assertTrue(r.matches("[0-9a-f]{40,64}"), r));
  }
}
