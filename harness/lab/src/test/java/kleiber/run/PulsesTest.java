package kleiber.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalDouble;
import java.util.concurrent.atomic.AtomicReference;
import kleiber.live.GridReader;
import kleiber.live.GridState;
import kleiber.live.RunState;
import org.junit.jupiter.api.Test;

/** What those see who look on while a grid is trained, and what is left when it was killed. */
class PulsesTest extends OnLadder {
  private static final String ELSEWHERE = "0badcafe-7-1-0123456789abcdef";

  private GridReader reader() throws IOException {
    return new GridReader(ladder, new RunStore(folder), (_, _, _) -> OptionalDouble.of(1e12));
  }

  @Test
  void whoLooksOnSeesTheGridComeAlong() throws IOException {
    GridReader reader = reader();
    GridState before = reader.now();
    assertEquals(ladder.runs().size(), before.count(RunState.MISSING));
    assertEquals(0, before.flopsDone());
    assertTrue(before.secondsLeft().isEmpty());
    AtomicReference<GridState> during = new AtomicReference<>();
    StandInTrainer trainer =
        new StandInTrainer(
            (spec, step) -> {
              if (during.get() == null && step == 200) {
                sleep(1100); // a pulse is told once a second
              } else if (during.get() == null && step == 202) {
                during.set(reader.now());
              }
              return false;
            });
    runner(new RunStore(folder), trainer, 1, 2, Progress.SILENT).run(ladder, () -> false);

    GridState grid = during.get();
    assertTrue(grid.count(RunState.RUNNING) > 0, grid.toString());
    assertEquals(1, grid.cohorts().size(), grid.toString());
    GridState.CohortNow cohort = grid.cohorts().getFirst();
    assertEquals("cpu", cohort.device());
    assertTrue(cohort.share() > 0 && cohort.share() < 1, cohort.toString());
    assertTrue(cohort.tokensPerSecond() > 0 && cohort.flopsPerSecond() > 0, cohort.toString());
    assertTrue(grid.secondsLeft().getAsDouble() > 0);
    assertTrue(grid.flopsDone() > 0 && grid.flopsDone() < grid.flops(), grid.toString());
    assertEquals(
        cohort.flopsPerSecond() / 1e12, GridState.shareOfPeak(grid.cohorts()).getAsDouble(), 1e-12);

    GridState after = reader.now();
    assertTrue(after.over());
    assertEquals(ladder.runs().size(), after.count(RunState.DONE));
    assertEquals(after.flops(), after.flopsDone());
    assertEquals(List.of(), after.cohorts());
    assertFalse(Files.exists(folder.resolve("pulses")), "nothing is left behind");
    assertTrue(after.events().getFirst().text().startsWith("done, loss "));
    for (int i = 1; i < after.events().size(); i++) {
      assertTrue(after.events().get(i - 1).millis() >= after.events().get(i).millis());
    }
    assertTrue(after.runs().stream().allMatch(run -> run.share() == 1 && run.loss().isPresent()));
  }

  private static void sleep(long millis) throws IOException {
    try {
      Thread.sleep(millis);
    } catch (InterruptedException e) {
      throw new IOException(e);
    }
  }

  /** A process of another machine may be alive; one of this machine is known to be dead. */
  @Test
  void whatTheDeadToldIsNotBelieved() throws IOException {
    String run = ladder.runs().getFirst().id();
    Holder dead = new Holder(Holder.here().machine(), 4_000_000, 1, "0123456789abcdef");
    Pulses pulses = new RunStore(folder).pulses();
    for (String holder : List.of(ELSEWHERE, dead.name())) {
      Pulse.Member member = new Pulse.Member(run, holder, 5);
      pulses.write(
          pulses.file(holder), new Pulse("cuda:0", 1, "a card", "none", 100, List.of(member)));
    }
    assertEquals(List.of(), pulses.cohorts(), "nobody holds a claim");
    Path claims = folder.resolve("unfinished").resolve(run);
    Files.createDirectories(claims.resolve(ELSEWHERE));
    Files.createDirectories(claims.resolve(dead.name()));
    assertEquals(1, pulses.cohorts().size());
    assertEquals("cuda:0", reader().now().cohorts().getFirst().device());
    assertEquals("0badcafe-7", reader().now().cohorts().getFirst().leader());
    Files.writeString(folder.resolve("pulses/broken.json"), "{");
    pulses.sweep();
    assertEquals(1, pulses.cohorts().size());
    assertFalse(Files.exists(pulses.file(dead.name())));
    assertFalse(Files.exists(folder.resolve("pulses/broken.json")));
  }
}
