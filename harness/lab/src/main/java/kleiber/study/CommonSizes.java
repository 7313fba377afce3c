package kleiber.study;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import kleiber.estimate.Estimate;
import kleiber.estimate.PooledNoise;
import kleiber.laws.Scale;
import kleiber.observe.Quantity;

/**
 * All sizes that two recipes share, and how much a pair of runs of one seed scatters there: every
 * interval of a difference measured at a size is made of it, that of a single seed too. Where the
 * two have no seed in common, it is made of how much single runs scatter, which share nothing.
 *
 * @param a what the first is called
 * @param b what the second is called, which the first is held against
 * @param sizes the least compute first
 * @param noise of ln(loss of the first / loss of the second) from seed to seed
 * @param ofRuns noise of ln loss of a run of either from seed to seed
 */
record CommonSizes(
    String a,
    String b,
    List<SharedSize> sizes,
    PooledNoise noise,
    PooledNoise ofRuns,
    double confidence) {
  CommonSizes {
    sizes = List.copyOf(sizes);
  }

  /**
   * The sizes that two recipes share.
   *
   * @param unitOfA factor on the first's losses that makes them comparable
   * @param unitOfB factor on the second's
   */
  static CommonSizes of(
      TunedRecipe a, double unitOfA, TunedRecipe b, double unitOfB, double confidence) {
    return of(a.name(), b.name(), SharedSize.of(a, unitOfA, b, unitOfB), confidence);
  }

  /** Sizes with the noise that they tell. */
  static CommonSizes of(String a, String b, List<SharedSize> sizes, double confidence) {
    return new CommonSizes(
        a,
        b,
        sizes,
        noise(sizes, CommonSizes::lnRatios),
        noise(sizes, CommonSizes::lnLosses),
        confidence);
  }

  /** Lengths of one trunk scatter together: they count with its degrees of freedom once. */
  private static PooledNoise noise(
      List<SharedSize> sizes, Function<List<SharedSize>, List<Collection<Double>>> cells) {
    return PooledNoise.ofClusters(
        Trunks.together(sizes, SharedSize::trunks).stream().map(cells).toList());
  }

  private static List<Collection<Double>> lnRatios(List<SharedSize> sizes) {
    List<Collection<Double>> cells = new ArrayList<>();
    sizes.stream().filter(SharedSize::paired).forEach(size -> cells.add(size.lnRatios().values()));
    return cells;
  }

  private static List<Collection<Double>> lnLosses(List<SharedSize> sizes) {
    List<Collection<Double>> cells = new ArrayList<>();
    sizes.forEach(size -> cells.addAll(size.lnLosses()));
    return cells;
  }

  boolean isEmpty() {
    return sizes.isEmpty();
  }

  SharedSize largest() {
    return sizes.getLast();
  }

  /** The largest that the laws were kept from, if there is one. */
  Optional<SharedSize> heldOut() {
    return sizes.stream().filter(SharedSize::heldOut).reduce((_, last) -> last);
  }

  /** The first's loss over the second's at a size, less one: the mean over its seeds. */
  Estimate difference(SharedSize size) {
    if (size.paired()) {
      return noise.mean(size.lnRatios().values(), confidence).expm1();
    }
    List<List<Double>> lnLosses = size.lnLosses();
    return ofRuns
        .difference(List.of(lnLosses.getFirst()), List.of(lnLosses.getLast()), confidence)
        .expm1();
  }

  /** Whether the noise of the difference at a size is known. */
  boolean isKnown(SharedSize size) {
    return (size.paired() ? noise : ofRuns).isKnown();
  }

  /**
   * The same on average over some of the sizes, all of them paired, every N counting once. Lengths
   * of one N and seed may be parts of one run, as they are at a constant rate, so that their mean
   * is a single value, and such values tell the noise of the average.
   */
  Estimate onAverage(List<SharedSize> some) {
    Map<Object, List<SharedSize>> byParams =
        some.stream()
            .collect(
                Collectors.groupingBy(
                    CommonSizes::withoutLength, LinkedHashMap::new, Collectors.toList()));
    List<Collection<Double>> cells = new ArrayList<>();
    byParams.values().forEach(lengths -> cells.addAll(overLengths(lengths)));
    return PooledNoise.of(cells).meanOfCells(cells, confidence).expm1();
  }

  /** All of a size but how long it was trained. */
  private static Object withoutLength(SharedSize size) {
    Map<String, Double> axes = new TreeMap<>(size.ofA().extra());
    axes.remove(Scale.UNIQUE_TOKENS);
    return List.of(size.ofA().params(), axes);
  }

  /**
   * The mean over the lengths of an N for each seed that all of them have. Where they have none in
   * common, no run is part of all, and each length stands for itself.
   */
  private static List<Collection<Double>> overLengths(List<SharedSize> lengths) {
    Map<Long, List<Double>> bySeed = new TreeMap<>();
    lengths.forEach(
        size ->
            size.lnRatios()
                .forEach(
                    (seed, lnRatio) ->
                        bySeed.computeIfAbsent(seed, _ -> new ArrayList<>()).add(lnRatio)));
    List<Double> means =
        bySeed.values().stream()
            .filter(all -> all.size() == lengths.size())
            .map(all -> all.stream().mapToDouble(its -> its).average().orElseThrow())
            .toList();
    return means.isEmpty() ? lnRatios(lengths) : List.of(means);
  }

  /** By how much a pair of runs of equal recipes may differ, as a share of the loss. */
  double reach() {
    return Math.expm1(noise.reach(confidence));
  }

  /** {@code −3 % [−3.2 %, −2.8 %] (90 %) over 3 seeds, each at the best of 3 rates}. */
  String measured(SharedSize size) {
    String seeds =
        size.paired()
            ? (size.seeds() == 1 ? " in " : " over ") + Wording.count(size.seeds(), "seed")
            : " between runs of different seeds";
    return Wording.share(difference(size)) + seeds + rates(size);
  }

  private String rates(SharedSize size) {
    if (size.ratesOfA() == size.ratesOfB()) {
      return size.ratesOfA() == 1
          ? ""
          : ", each at the best of %d rates".formatted(size.ratesOfA());
    }
    return ", %s at the best of %d rates and %s of %d"
        .formatted(a, size.ratesOfA(), b, size.ratesOfB());
  }

  /** What a reader must know of the intervals; empty where no size has two seeds. */
  Optional<String> ofIntervals() {
    if (!noise.isKnown()) {
      return Optional.empty();
    }
    List<SharedSize> repeated =
        sizes.stream().filter(size -> size.paired() && size.seeds() > 1).toList();
    return Optional.of(
        "%s over %s: from seed to seed the difference of two runs scatters by %s of the loss (standard deviation within %s of several seeds, %s of freedom%s)."
            .formatted(
                a,
                b,
                Quantity.percent(noise.deviation()),
                Wording.count(repeated.size(), "common size"),
                Wording.count(noise.degreesOfFreedom(), "degree"),
                halves(repeated)));
  }

  /** What the smaller and the larger sizes say of the noise by themselves; empty where too few. */
  private String halves(List<SharedSize> repeated) {
    int half = repeated.size() / 2;
    PooledNoise small = noise(repeated.subList(0, half), CommonSizes::lnRatios);
    PooledNoise large = noise(repeated.subList(half, repeated.size()), CommonSizes::lnRatios);
    if (small.degreesOfFreedom() < 2) {
      return "";
    }
    boolean falls = small.deviation() > large.deviation();
    return "; %s in the smaller half of them, %s in the larger%s"
        .formatted(
            Quantity.percent(small.deviation()),
            Quantity.percent(large.deviation()),
            small.mayBe(large, confidence)
                ? ""
                : ", which chance hardly makes of one noise: intervals are rather too %s at small sizes and too %s at large ones"
                    .formatted(falls ? "narrow" : "wide", falls ? "wide" : "narrow"));
  }

  /** Which N count as one, where they differ: {@code N 25472, 84912 of a beside 25248, 83280}. */
  Optional<String> ofSizes() {
    List<SharedSize> differ =
        sizes.stream().filter(size -> size.ofA().params() != size.ofB().params()).toList();
    if (differ.isEmpty()) {
      return Optional.empty();
    }
    List<String> pairs =
        differ.stream()
            .map(
                size ->
                    "%s beside %s"
                        .formatted(
                            Quantity.count(size.ofA().params()),
                            Quantity.count(size.ofB().params())))
            .distinct()
            .toList();
    return Optional.of("N %s (%s, %s)".formatted(String.join(", ", pairs), a, b));
  }
}
