package kleiber.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.IntStream;
import kleiber.experiment.Ladder;
import kleiber.experiment.Run;
import org.junit.jupiter.api.Test;

final class PackingTest {
  private static final double TINY = Capacity.WORTHWHILE_ON_A_CPU / 4;

  /** Ten runs of one shape, each costing less than the one before. */
  private static List<Packing.Item> items(double flopsPerStep, double bytes) {
    Run run = Ladder.read().runs().getFirst();
    return IntStream.range(0, 10)
        .mapToObj(
            seed ->
                new Packing.Item(
                    Run.of(run.spec().withSeed(seed)), "shape", bytes, flopsPerStep, 100 - seed))
        .toList();
  }

  /** For so many lanes on a CPU, and so many bytes for all of them. */
  private static Packing packing(int lanes, OptionalInt asked, double bytes) {
    return new Packing(
        new Capacity(lanes, bytes / lanes, Capacity.WORTHWHILE_ON_A_CPU, Set.of(Optional.empty())),
        asked);
  }

  private static List<Integer> sizes(Packing packing, List<Packing.Item> items) {
    return packing.pack(items).stream().map(List::size).toList();
  }

  @Test
  void asManyAsPay() {
    Packing packing = packing(2, OptionalInt.empty(), 1e9);
    assertEquals(List.of(4, 3, 3), sizes(packing, items(TINY, 1)));
    assertEquals(10, sizes(packing, items(Capacity.WORTHWHILE_ON_A_CPU, 1)).size());
    assertEquals(
        List.of(5, 5), sizes(packing, items(1, 1)), "no worker is left with nothing to do");
  }

  @Test
  void asManyAsAskedForButNoMoreThanFit() {
    assertEquals(List.of(5, 5), sizes(packing(2, OptionalInt.of(8), 1e9), items(1e12, 1)));
    assertEquals(List.of(2, 2, 2, 2, 2), sizes(packing(2, OptionalInt.of(8), 8), items(1e12, 2)));
    assertEquals(10, sizes(packing(2, OptionalInt.of(8), 1), items(1e12, 2)).size());
    assertThrows(IllegalArgumentException.class, () -> packing(1, OptionalInt.of(0), 1));
  }

  @Test
  void theLongestGoTogetherAndFirst() {
    List<List<Run>> cohorts = packing(1, OptionalInt.of(5), 1e9).pack(items(1e12, 1).reversed());
    assertEquals(
        List.of(0L, 1L, 2L, 3L, 4L),
        cohorts.getFirst().stream().map(run -> run.spec().seed()).toList());
  }

  @Test
  void otherShapesDoNotMix() {
    Packing.Item one = items(1, 1).get(0);
    Packing.Item two = items(1, 1).get(1);
    Packing.Item other = new Packing.Item(two.run(), "other", 1, 1, 1);
    assertEquals(List.of(1, 1), sizes(packing(1, OptionalInt.of(5), 1e9), List.of(one, other)));
  }
}
