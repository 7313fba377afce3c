package kleiber.study;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import kleiber.estimate.Likeness;
import kleiber.laws.Scale;
import kleiber.observe.Quantity;

/**
 * A size and length at which two recipes were both run, each at its best rate there: what was
 * measured, with no law in between.
 *
 * @param ofA N, D, C and further axes of the first
 * @param ofB those of the second
 * @param heldOut whether the laws were kept from these runs
 * @param lossOfA by seed: for the seeds that both have, or where they have none in common, for all
 * @param lossOfB likewise
 * @param ratesOfA among which that of the first is the best
 * @param ratesOfB among which that of the second is the best
 * @param trunks of which the runs of both are branches; a run of its own is its own trunk
 */
record SharedSize(
    Scale ofA,
    Scale ofB,
    boolean heldOut,
    Map<Long, Double> lossOfA,
    Map<Long, Double> lossOfB,
    int ratesOfA,
    int ratesOfB,
    Set<String> trunks) {

  /**
   * The sizes that two recipes share, the least compute first.
   *
   * @param unitOfA factor on the first's losses that makes them comparable
   * @param unitOfB factor on the second's
   */
  static List<SharedSize> of(TunedRecipe a, double unitOfA, TunedRecipe b, double unitOfB) {
    List<List<FinalLoss>> sizes = sizes(a);
    List<List<FinalLoss>> others = new ArrayList<>(sizes(b));
    Likeness likeness =
        Likeness.of(
            sizes.stream().map(SharedSize::scale).toList(),
            others.stream().map(SharedSize::scale).toList());
    List<SharedSize> shared = new ArrayList<>();
    for (List<FinalLoss> of : sizes) {
      Scale at = scale(of);
      others.stream()
          .filter(other -> likeness.holds(at, scale(other)))
          .findFirst()
          .ifPresent(
              other -> {
                others.remove(other);
                Map<Long, Double> ofA = times(TunedRecipe.bySeed(of), unitOfA);
                Map<Long, Double> ofB = times(TunedRecipe.bySeed(other), unitOfB);
                if (!Collections.disjoint(ofA.keySet(), ofB.keySet())) {
                  ofA.keySet().retainAll(ofB.keySet());
                  ofB.keySet().retainAll(ofA.keySet());
                }
                boolean heldOut = of.getFirst().heldOut() || other.getFirst().heldOut();
                shared.add(
                    new SharedSize(
                        at,
                        scale(other),
                        heldOut,
                        ofA,
                        ofB,
                        a.rates(of.getFirst()),
                        b.rates(other.getFirst()),
                        Trunks.of(Stream.concat(of.stream(), other.stream()).toList())));
              });
    }
    return shared;
  }

  private static List<List<FinalLoss>> sizes(TunedRecipe recipe) {
    return List.copyOf(
        recipe.best().stream()
            .collect(
                Collectors.groupingBy(
                    TunedRecipe.Size::of, LinkedHashMap::new, Collectors.toList()))
            .values());
  }

  private static Scale scale(List<FinalLoss> runs) {
    return runs.getFirst().at();
  }

  private static Map<Long, Double> times(Map<Long, Double> losses, double unit) {
    Map<Long, Double> all = new TreeMap<>();
    losses.forEach((seed, loss) -> all.put(seed, unit * loss));
    return all;
  }

  double flops() {
    return ofA.flops();
  }

  /** Whether runs of the two pair by their seeds; runs that were sealed have seeds of their own. */
  boolean paired() {
    return lossOfA.keySet().equals(lossOfB.keySet());
  }

  /** Pairs of runs, or runs of the recipe that has fewer. */
  int seeds() {
    return Math.min(lossOfA.size(), lossOfB.size());
  }

  double meanOfA() {
    return mean(lossOfA);
  }

  double meanOfB() {
    return mean(lossOfB);
  }

  private static double mean(Map<Long, Double> losses) {
    return losses.values().stream().mapToDouble(loss -> loss).average().orElseThrow();
  }

  /** ln of the losses of each recipe. */
  List<List<Double>> lnLosses() {
    return Stream.of(lossOfA, lossOfB)
        .map(losses -> losses.values().stream().map(Math::log).toList())
        .toList();
  }

  /** ln of the first's loss over the second's, seed by seed, where they pair. */
  Map<Long, Double> lnRatios() {
    Map<Long, Double> ratios = new TreeMap<>();
    lossOfA.forEach((seed, loss) -> ratios.put(seed, Math.log(loss / lossOfB.get(seed))));
    return ratios;
  }

  /**
   * {@code N 25000, D 1.05e6 (3e12 FLOPs)}, {@code N 25000, D 1.05e6, streams 2 (6e12 FLOPs)}, or
   * where the two differ {@code N 25472 against 25248, D 1.05e6 (2.58e11 against 2.61e11 FLOPs)}.
   */
  String place() {
    String axes =
        new TreeMap<>(ofA.extra())
            .entrySet().stream()
                .filter(axis -> !axis.getKey().equals(Scale.UNIQUE_TOKENS))
                .filter(axis -> axis.getValue().equals(ofB.extra().get(axis.getKey())))
                .map(axis -> ", " + axis.getKey() + " " + Quantity.count(axis.getValue()))
                .collect(Collectors.joining());
    return "N %s, D %s%s (%s FLOPs)"
        .formatted(
            against(ofA.params(), ofB.params()),
            Quantity.count(ofA.tokens()),
            axes,
            against(ofA.flops(), ofB.flops()));
  }

  private static String against(double a, double b) {
    String one = Quantity.count(a);
    String other = Quantity.count(b);
    return one.equals(other) ? one : one + " against " + other;
  }
}
