package kleiber.estimate;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import kleiber.laws.Observation;
import kleiber.laws.Scale;
import kleiber.laws.Trajectory;
import org.junit.jupiter.api.Test;

/** Of several learning rates the best counts, cell by cell. */
class TunedRunsTest {
  private static Observation row(
      String run, double params, double tokens, double rate, double loss) {
    return row(run, params, tokens, rate, 100, loss);
  }

  private static Observation row(
      String run, double params, double tokens, double rate, long batch, double loss) {
    Trajectory schedule = new Trajectory("Cosine", rate, 0, 2e6, 0.1);
    return new Observation(
        run,
        run,
        "made",
        (long) tokens / batch,
        Scale.of(params, tokens),
        schedule,
        loss,
        Double.NaN);
  }

  @Test
  void everyCellHasItsOwnBestRate() {
    List<Observation> rows = new ArrayList<>();
    rows.add(row("small-low", 1e5, 1e6, 1e-3, 3.2));
    rows.add(row("small-high", 1e5, 1e6, 1e-2, 3.0));
    rows.add(row("large-low", 1e6, 1e6, 1e-3, 2.7));
    rows.add(row("large-high", 1e6, 1e6, 1e-2, 2.8));
    rows.add(row("alone", 1e6, 2e6, 1e-2, 2.6));
    TunedRuns tuned = TunedRuns.of(rows);
    assertEquals(
        List.of("small-high", "large-low", "alone"),
        tuned.rows().stream().map(Observation::run).toList());
    assertEquals(2, tuned.others());
  }

  @Test
  void whatARunWasChosenAmongIsKnown() {
    List<Observation> rows =
        List.of(
            row("a-1", 1e5, 1e6, 1e-3, 2.9),
            row("b-1", 1e5, 1e6, 1e-2, 3.0),
            row("c-1", 1e5, 1e6, 1e-1, 3.1),
            row("alone", 1e6, 1e6, 1e-2, 2.6),
            row("d-1", 1e7, 1e6, 1e-2, 100, 2.1),
            row("d-2", 1e7, 1e6, 1e-2, 100, 2.2),
            row("e-1", 1e7, 1e6, 1e-2, 200, 2.3),
            row("e-2", 1e7, 1e6, 1e-2, 200, 2.3));
    assertEquals(new TunedRuns.Choice(3, false, 1), TunedRuns.choice(rows, "a-1").orElseThrow());
    assertEquals(new TunedRuns.Choice(1, false, 1), TunedRuns.choice(rows, "alone").orElseThrow());
    assertEquals(new TunedRuns.Choice(2, true, 2), TunedRuns.choice(rows, "d-2").orElseThrow());
    assertEquals(Optional.empty(), TunedRuns.choice(rows, "none such"));
  }

  /** A rate that one lucky seed liked is not the best. */
  @Test
  void seedsAreAveragedAndEveryRowOfARunKept() {
    List<Observation> rows =
        List.of(
            row("a-1", 1e5, 5e5, 1e-3, 2.0), // an early row says nothing of the end
            row("a-1", 1e5, 1e6, 1e-3, 2.9),
            row("a-2", 1e5, 1e6, 1e-3, 3.3),
            row("b-1", 1e5, 5e5, 1e-2, 3.6),
            row("b-1", 1e5, 1e6, 1e-2, 3.0),
            row("b-2", 1e5, 1e6, 1e-2, 3.1));
    TunedRuns tuned = TunedRuns.of(rows);
    assertEquals(
        List.of("b-1", "b-1", "b-2"), tuned.rows().stream().map(Observation::run).toList());
    assertEquals(2, tuned.others());
  }

  /** A bad batch does not speak against the rate that it was tried with. */
  @Test
  void batchesOfOneRateAreNotAveraged() {
    List<Observation> rows =
        List.of(
            row("small", 1e5, 1e6, 1e-2, 100, 2.8),
            row("large", 1e5, 1e6, 1e-2, 1000, 3.6),
            row("other", 1e5, 1e6, 1e-3, 100, 3.0));
    TunedRuns tuned = TunedRuns.of(rows);
    assertEquals(List.of("small"), tuned.rows().stream().map(Observation::run).toList());
    assertEquals(2, tuned.others());
  }

  @Test
  void lengthsThatBatchesRoundAreOne() {
    List<Observation> rows =
        List.of(
            row("small", 1e5, 1_000_064, 1e-2, 64, 2.8),
            row("large", 1e5, 1_000_448, 1e-2, 512, 2.9),
            row("longer", 1e5, 1_010_000, 1e-2, 512, 2.7));
    assertEquals(
        List.of("small", "longer"),
        TunedRuns.of(rows).rows().stream().map(Observation::run).toList());
  }

  @Test
  void whereNoRateIsKnownAllCount() {
    Observation bare = new Observation("x", "x", "made", 0, Scale.of(1, 1), null, 1, Double.NaN);
    assertEquals(new TunedRuns(List.of(bare, bare), 0), TunedRuns.of(List.of(bare, bare)));
  }
}
