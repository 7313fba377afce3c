package kleiber.run;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import kleiber.experiment.Experiment;
import kleiber.experiment.Ladder;
import kleiber.experiment.Run;
import kleiber.train.StopSignal;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Several coordinators at work on one folder: nothing is published twice, nothing forgotten. */
final class ManyCoordinatorsTest {
  @TempDir private Path folder;

  @Test
  void everyRunIsPublishedOnce() throws Exception {
    race(60);
  }

  @Test
  @Tag("slow")
  void everyOfManyRunsIsPublishedOnce() throws Exception {
    race(500);
  }

  private void race(int runs) throws Exception {
    Experiment grid = grid(runs);
    List<String> published = Collections.synchronizedList(new ArrayList<>());
    AtomicInteger done = new AtomicInteger();
    List<Throwable> failures = Collections.synchronizedList(new ArrayList<>());
    ProcessHandle here = ProcessHandle.current();
    Duration before = here.info().totalCpuDuration().orElse(Duration.ZERO);
    List<Thread> coordinators =
        IntStream.range(0, 4)
            .mapToObj(
                _ ->
                    Thread.ofPlatform()
                        .start(
                            () -> {
                              try {
                                Runner.Result its = coordinate(grid, Shard.WHOLE, published);
                                done.addAndGet(its.finishedBefore() + its.done());
                              } catch (RuntimeException e) {
                                failures.add(e);
                              }
                            }))
            .toList();
    for (Thread coordinator : coordinators) {
      coordinator.join();
    }
    Duration after = here.info().totalCpuDuration().orElse(Duration.ZERO);
    System.out.printf(
        "ManyCoordinatorsTest: 4 coordinators, %d runs, %.1f ms of CPU a run%n",
        runs, (double) after.minus(before).toMillis() / runs);
    assertEquals(List.of(), failures);
    assertEquals(runs, published.size());
    assertEquals(runs, new HashSet<>(published).size());
    assertEquals(4 * runs, done.get(), "each knows of all at its end, whoever trained them");
    assertAllDone(grid);
  }

  @Test
  void shardsMakeTheGridTogether() throws IOException {
    Experiment grid = grid(30);
    List<String> published = new ArrayList<>();
    for (int part = 0; part < 4; part++) {
      coordinate(grid, new Shard(part, 4), published);
    }
    assertEquals(30, published.size());
    assertEquals(30, new HashSet<>(published).size());
    assertAllDone(grid);
  }

  private Runner.Result coordinate(Experiment grid, Shard shard, List<String> published) {
    Progress progress =
        new Progress() {
          @Override
          public void ended(Run run, StoredRun.State state, Optional<String> reason) {
            published.add(run.id());
          }
        };
    Pacing pacing = new Pacing(OptionalInt.of(2), shard, Duration.ofSeconds(30));
    return OnLadder.runner(new RunStore(folder), new StandInTrainer(), 2, pacing, progress)
        .run(grid, StopSignal.NEVER);
  }

  private void assertAllDone(Experiment grid) throws IOException {
    Set<StoredRun.State> states = new HashSet<>();
    new RunStore(folder).load(grid).forEach(stored -> states.add(stored.state()));
    assertEquals(Set.of(StoredRun.State.DONE), states);
    for (String name : List.of("unfinished", "runs")) {
      try (Stream<Path> list = Files.list(folder.resolve(name))) {
        assertEquals(name.equals("runs") ? grid.runs().size() : 0, list.count(), name);
      }
    }
  }

  /** Runs of five steps. */
  private static Experiment grid(int runs) {
    Experiment ladder =
        Ladder.read("grid.0.tokens=[640]", "base.checkpoints={first: 256, ratio: 2}");
    List<Run> many =
        IntStream.range(0, runs)
            .mapToObj(seed -> Run.of(ladder.runs().getFirst().spec().withSeed(seed)))
            .toList();
    return new Experiment("many", "Once each?", many, ladder.fit(), "name: many\n");
  }
}
