package kleiber.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import kleiber.live.GridState;
import kleiber.live.GridState.CohortNow;
import kleiber.live.GridState.Event;
import kleiber.live.GridState.RunNow;
import kleiber.live.RunState;
import org.junit.jupiter.api.Test;

/** A grid of two devices in mid-training, as a window shows it. */
class WatchTextTest {
  private static RunNow run(int number, RunState state, double params, long planned, long tokens) {
    OptionalDouble loss =
        tokens == 0 ? OptionalDouble.empty() : OptionalDouble.of(3 - number / 10.0);
    return new RunNow("run-" + number, state, params, planned, tokens, loss, "");
  }

  private static CohortNow cohort(String device, List<String> runs, double silent) {
    return new CohortNow(
        device, "0badcafe-7", 4, runs, 1e6, 0.25, 2e4, 2e11, OptionalDouble.of(8e11), silent);
  }

  private static final GridState GRID =
      new GridState(
          "grid",
          "Is it so?",
          "nats per token",
          List.of(
              run(1, RunState.DONE, 1e5, 1_000_000, 1_000_000),
              run(2, RunState.DONE, 1e5, 1_000_000, 1_000_000),
              run(3, RunState.RUNNING, 1e6, 1_000_000, 250_000),
              run(4, RunState.RUNNING, 1e6, 2_000_000, 500_000),
              run(5, RunState.DIVERGED, 1e6, 4_000_000, 0),
              run(6, RunState.MISSING, 1e6, 4_000_000, 0)),
          List.of(
              cohort("cuda:0", List.of("run-3"), 0), cohort("cuda:1", List.of("run-4", "x"), 75)),
          1e15,
          2e14,
          List.of(new Event(0, "run-5", RunState.DIVERGED, "diverged: step 3: the loss is NaN")));

  @Test
  void allOfItWhereThereIsRoom() {
    List<String> frame = WatchText.frame(GRID, 100, 200);
    assertEquals("grid: Is it so?", frame.getFirst());
    assertTrue(
        frame
            .get(1)
            .contains(" 20 %  2 done, 1 diverged, 2 running, 1 missing of 6, 40.0k tokens/s"),
        frame.get(1));
    assertTrue(frame.get(1).endsWith("400G FLOP/s, 33 min 20 s left"), frame.get(1));
    String all = String.join("\n", frame);
    assertTrue(
        all.contains(
            "cuda:0, 4 threads, led by process 7 of machine 0badcafe: 20.0k tokens/s, 25 % of"
                + " peak"),
        all);
    assertTrue(
        all.contains("2 runs of 1.00M parameters  20.0k tokens/s  silent for 1 min 15 s"), all);
    assertTrue(all.contains("lowest loss  D=1.00M  D=2.00M"), all);
    assertTrue(all.matches("(?s).*N=100k +2\\.8000.*N=1\\.00M +2\\.7000… +2\\.6000….*"), all);
    assertTrue(all.contains("run-5  diverged: step 3: the loss is NaN"), all);
    assertEquals(
        "grid:  20 %, 2 done, 1 diverged, 2 running, 1 missing of 6, 40.0k tokens/s, 400G FLOP/s,"
            + " 33 min 20 s left",
        WatchText.line(GRID));
  }

  @Test
  void aSmallWindowIsNotOverflown() {
    for (int rows : new int[] {2, 5, 10, 24}) {
      List<String> frame = WatchText.frame(GRID, rows, 40);
      assertTrue(frame.size() < rows, frame.toString());
      assertTrue(frame.stream().allMatch(line -> line.length() < 40), frame.toString());
    }
  }

  @Test
  void aGridThatNobodyTrainsSaysSo() {
    List<RunNow> runs = new ArrayList<>(List.of(run(1, RunState.MISSING, 1e5, 10, 0)));
    GridState idle = new GridState("grid", "?", "nats per token", runs, List.of(), 1, 0, List.of());
    assertEquals("grid:   0 %, 0 done, 1 missing of 1; nobody trains", WatchText.line(idle));
    assertTrue(WatchText.frame(idle, 24, 80).contains("no loss measured yet"));
  }
}
