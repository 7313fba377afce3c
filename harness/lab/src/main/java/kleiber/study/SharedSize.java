package kleiber.study;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import kleiber.estimate.Estimate;
import kleiber.estimate.PairedDifferences;
import kleiber.estimate.RecipeComparison;
import kleiber.laws.Scale;
import kleiber.observe.Quantity;

/**
 * A size and length at which two recipes were both run, each at its best rate there: what was
 * measured, with no law in between.
 *
 * @param ofA N, D and C of the first
 * @param ofB those of the second
 * @param heldOut whether the laws were kept from these runs
 * @param lossOfA by seed, for the seeds that both have
 * @param lossOfB by the same seeds
 */
record SharedSize(
    Scale ofA, Scale ofB, boolean heldOut, Map<Long, Double> lossOfA, Map<Long, Double> lossOfB) {

  /**
   * The sizes that two recipes share, the least compute first.
   *
   * @param unitOfA factor on the first's losses that makes them comparable
   * @param unitOfB factor on the second's
   */
  static List<SharedSize> of(TunedRecipe a, double unitOfA, TunedRecipe b, double unitOfB) {
    List<List<FinalLoss>> others = new ArrayList<>(sizes(b));
    List<SharedSize> shared = new ArrayList<>();
    for (List<FinalLoss> of : sizes(a)) {
      Scale at = scale(of);
      others.stream()
          .filter(other -> RecipeComparison.areAlike(at, scale(other)))
          .findFirst()
          .ifPresent(
              other -> {
                others.remove(other);
                Map<Long, Double> ofA = times(TunedRecipe.bySeed(of), unitOfA);
                Map<Long, Double> ofB = times(TunedRecipe.bySeed(other), unitOfB);
                ofA.keySet().retainAll(ofB.keySet());
                ofB.keySet().retainAll(ofA.keySet());
                if (!ofA.isEmpty()) {
                  boolean heldOut = of.getFirst().heldOut() || other.getFirst().heldOut();
                  shared.add(new SharedSize(at, scale(other), heldOut, ofA, ofB));
                }
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
    FinalLoss one = runs.getFirst();
    return new Scale(one.params(), one.tokens(), one.flops(), Map.of());
  }

  private static Map<Long, Double> times(Map<Long, Double> losses, double unit) {
    Map<Long, Double> all = new TreeMap<>();
    losses.forEach((seed, loss) -> all.put(seed, unit * loss));
    return all;
  }

  double flops() {
    return ofA.flops();
  }

  int seeds() {
    return lossOfA.size();
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

  /** ln of the first's loss over the second's, seed by seed. */
  Map<Long, Double> lnRatios() {
    Map<Long, Double> ratios = new TreeMap<>();
    lossOfA.forEach((seed, loss) -> ratios.put(seed, Math.log(loss / lossOfB.get(seed))));
    return ratios;
  }

  /** The first's loss over the second's, less one: the mean over seeds with its interval. */
  Estimate difference(double confidence) {
    return overSeeds(List.of(this), confidence);
  }

  /** The same over several sizes: every seed's mean over them, and the mean of the seeds. */
  static Estimate overSeeds(List<SharedSize> sizes, double confidence) {
    Map<String, List<Double>> bySeed = new LinkedHashMap<>();
    for (SharedSize size : sizes) {
      size.lnRatios()
          .forEach(
              (seed, ratio) ->
                  bySeed.computeIfAbsent("seed " + seed, _ -> new ArrayList<>()).add(ratio));
    }
    PairedDifferences differences = PairedDifferences.of(bySeed, confidence);
    return Wording.estimate(differences).expm1();
  }

  /** {@code N 25000, D 1.05e6 (3e12 FLOPs)}. */
  String place() {
    return "N %s, D %s (%s FLOPs)"
        .formatted(
            Quantity.count(ofA.params()),
            Quantity.count(ofA.tokens()),
            Quantity.count(ofA.flops()));
  }

  /** {@code 3 seeds}. */
  String seedsInWords() {
    return seeds() == 1 ? "1 seed" : seeds() + " seeds";
  }
}
