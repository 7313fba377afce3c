package kleiber.run;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.function.Function;
import kleiber.experiment.Run;

/**
 * Packs runs of one shape into cohorts. Branches of one trunk always go together, since they share
 * its steps; further trunks and single runs join them up to the size of a cohort. Only pacing: no
 * run's losses depend on it.
 *
 * @param place where they are trained
 * @param asked trunks and single runs in a cohort; as many as pay when empty
 */
public record Packing(Capacity place, OptionalInt asked) {
  /**
   * A run to be packed.
   *
   * @param shape runs of equal shapes may be trained together
   * @param bytes that it takes while it trains
   * @param flopsOfPass of one member between calls that all share
   * @param flops of the run
   */
  public record Item(Run run, Object shape, double bytes, double flopsOfPass, double flops) {}

  public Packing {
    if (asked.isPresent() && asked.getAsInt() < 1) {
      throw new IllegalArgumentException(
          "cohort is " + asked.getAsInt() + " but must be at least 1 run");
    }
  }

  /** The cohorts, the one with the most FLOPs first. */
  public List<List<Run>> pack(List<Item> items) {
    List<List<Item>> cohorts = new ArrayList<>();
    for (List<Item> shape : groups(items, Item::shape)) {
      List<List<Item>> trunks = new ArrayList<>(groups(shape, item -> item.run().cluster()));
      trunks.sort(Comparator.comparingDouble((List<Item> trunk) -> flops(trunk)).reversed());
      int size = size(trunks);
      int count = Math.ceilDiv(trunks.size(), size);
      for (int i = 0; i < count; i++) {
        // Neighbours are of similar length, so that few members outlive the others.
        List<List<Item>> packed =
            trunks.subList(i * trunks.size() / count, (i + 1) * trunks.size() / count);
        cohorts.add(packed.stream().flatMap(List::stream).toList());
      }
    }
    cohorts.sort(Comparator.comparingDouble((List<Item> cohort) -> flops(cohort)).reversed());
    return cohorts.stream().map(cohort -> cohort.stream().map(Item::run).toList()).toList();
  }

  private int size(List<List<Item>> trunks) {
    double widest = trunks.stream().mapToDouble(Packing::bytes).max().orElseThrow();
    double fitting = place.bytes() / widest;
    Item any = trunks.getFirst().getFirst();
    double paying =
        asked.isPresent()
            ? asked.getAsInt()
            : Math.min(
                Math.ceil(place.worthwhileStep() / any.flopsOfPass()),
                Math.ceilDiv(trunks.size(), place.lanes())); // or a lane would have nothing to do
    return (int) Math.max(1, Math.min(trunks.size(), Math.min(fitting, paying)));
  }

  private static <K> Collection<List<Item>> groups(List<Item> items, Function<Item, K> key) {
    Map<K, List<Item>> groups = new LinkedHashMap<>();
    items.forEach(
        item -> groups.computeIfAbsent(key.apply(item), _ -> new ArrayList<>()).add(item));
    return groups.values();
  }

  private static double flops(List<Item> items) {
    return items.stream().mapToDouble(Item::flops).sum();
  }

  private static double bytes(List<Item> items) {
    return items.stream().mapToDouble(Item::bytes).sum();
  }
}
