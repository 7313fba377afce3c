package kleiber.study;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import kleiber.estimate.Estimate;
import kleiber.estimate.PooledNoise;
import kleiber.laws.Scale;
import org.apache.commons.math3.distribution.BinomialDistribution;
import org.junit.jupiter.api.Test;

/** Averages over lengths that are parts of the same runs, whose difference is known. */
final class CommonSizesTest {
  private static final long SEED = 31;
  private static final int SETS = 2000;
  private static final double CONFIDENCE = 0.9;
  private static final double TRUTH = Math.log(0.97);

  /** Chance that a right interval fails the test. */
  private static final double FALSE_ALARM = 1e-3;

  private static SharedSize size(double params, double tokens, Map<Long, Double> lnRatios) {
    return size(params, tokens, lnRatios, params + " " + tokens);
  }

  private static SharedSize size(
      double params, double tokens, Map<Long, Double> lnRatios, String trunk) {
    Map<Long, Double> ofA = new TreeMap<>();
    Map<Long, Double> ofB = new TreeMap<>();
    lnRatios.forEach(
        (seed, lnRatio) -> {
          ofA.put(seed, 2 * Math.exp(lnRatio));
          ofB.put(seed, 2.0);
        });
    Scale at = Scale.of(params, tokens);
    return new SharedSize(at, at, false, ofA, ofB, 1, 1, Set.of(trunk));
  }

  private static CommonSizes common(List<SharedSize> sizes) {
    return new CommonSizes(
        "a",
        "b",
        sizes,
        new PooledNoise(Double.NaN, 0),
        new PooledNoise(Double.NaN, 0),
        CONFIDENCE);
  }

  /** Three N of four lengths and two seeds; a run's noise is in all of its lengths. */
  private static List<SharedSize> ofOneRun(Random random) {
    List<SharedSize> sizes = new ArrayList<>();
    for (double params : new double[] {1e4, 2e4, 4e4}) {
      Map<Long, Double> run = Map.of(1L, random.nextGaussian(), 2L, random.nextGaussian());
      for (double tokens : new double[] {1e6, 2e6, 4e6, 8e6}) {
        Map<Long, Double> lnRatios = new TreeMap<>();
        run.forEach(
            (seed, noise) ->
                lnRatios.put(seed, TRUTH + 0.01 * noise + 0.002 * random.nextGaussian()));
        sizes.add(size(params, tokens, lnRatios, "trunk of " + params));
      }
    }
    return sizes;
  }

  @Test
  void lengthsOfOneRunCountOnce() {
    Random random = new Random(SEED);
    int held = 0;
    for (int set = 0; set < SETS; set++) {
      List<SharedSize> sizes = ofOneRun(random);
      held += common(sizes).onAverage(sizes).interval().holds(Math.expm1(TRUTH)) ? 1 : 0;
    }
    BinomialDistribution right = new BinomialDistribution(SETS, CONFIDENCE);
    assertTrue(
        held >= right.inverseCumulativeProbability(FALSE_ALARM / 2)
            && held <= right.inverseCumulativeProbability(1 - FALSE_ALARM / 2),
        "a 90 %% interval held %d of %d, seed %d".formatted(held, SETS, SEED));
  }

  /** Twelve sizes of two seeds, but three trunks: the interval of one size is by three. */
  @Test
  void lengthsOfOneTrunkTellTheNoiseOfASizeOnce() {
    Random random = new Random(SEED);
    int held = 0;
    for (int set = 0; set < SETS; set++) {
      List<SharedSize> sizes = ofOneRun(random);
      CommonSizes common = CommonSizes.of("a", "b", sizes, CONFIDENCE);
      assertEquals(3, common.noise().degreesOfFreedom());
      held += common.difference(sizes.getLast()).interval().holds(Math.expm1(TRUTH)) ? 1 : 0;
    }
    BinomialDistribution right = new BinomialDistribution(SETS, CONFIDENCE);
    assertTrue(
        held >= right.inverseCumulativeProbability(FALSE_ALARM),
        "a 90 %% interval held %d of %d, seed %d".formatted(held, SETS, SEED));
  }

  /** What a seed does to both recipes alike cancels in a pair, and only in a pair. */
  @Test
  void runsWithoutACommonSeedScatterAsSingleRunsDo() {
    Random random = new Random(SEED);
    int held = 0;
    int narrow = 0;
    for (int set = 0; set < SETS; set++) {
      List<SharedSize> sizes = new ArrayList<>();
      for (double params : new double[] {1e4, 2e4, 4e4, 8e4}) {
        sizes.add(measured(params, List.of(1L, 2L), List.of(1L, 2L), random));
      }
      sizes.add(measured(16e4, List.of(3L), List.of(4L), random));
      CommonSizes common = CommonSizes.of("a", "b", sizes, CONFIDENCE);
      Estimate unlike = common.difference(common.largest());
      held += unlike.interval().holds(Math.expm1(TRUTH)) ? 1 : 0;
      Estimate alike = common.difference(sizes.getFirst());
      narrow +=
          unlike.interval().high() - unlike.interval().low()
                  > 2 * (alike.interval().high() - alike.interval().low())
              ? 1
              : 0;
      assertTrue(common.measured(common.largest()).contains(" between runs of different seeds"));
      assertEquals(4, common.noise().degreesOfFreedom(), "the fifth tells nothing of pairs");
    }
    assertTrue(narrow > 0.9 * SETS, narrow + " of " + SETS);
    BinomialDistribution right = new BinomialDistribution(SETS, CONFIDENCE);
    assertTrue(
        held >= right.inverseCumulativeProbability(FALSE_ALARM / 2)
            && held <= right.inverseCumulativeProbability(1 - FALSE_ALARM / 2),
        "a 90 %% interval held %d of %d, seed %d".formatted(held, SETS, SEED));
  }

  /** Losses in which a seed moves both recipes by 2 %, and each by .5 % besides. */
  private static SharedSize measured(
      double params, List<Long> seedsOfA, List<Long> seedsOfB, Random random) {
    Map<Long, Double> shared = new TreeMap<>();
    seedsOfA.forEach(seed -> shared.put(seed, 0.02 * random.nextGaussian()));
    seedsOfB.forEach(seed -> shared.computeIfAbsent(seed, _ -> 0.02 * random.nextGaussian()));
    Map<Long, Double> ofA = new TreeMap<>();
    Map<Long, Double> ofB = new TreeMap<>();
    seedsOfA.forEach(
        seed ->
            ofA.put(seed, 2 * Math.exp(TRUTH + shared.get(seed) + 0.005 * random.nextGaussian())));
    seedsOfB.forEach(
        seed -> ofB.put(seed, 2 * Math.exp(shared.get(seed) + 0.005 * random.nextGaussian())));
    Scale at = Scale.of(params, 1e6);
    return new SharedSize(at, at, true, ofA, ofB, 1, 1, Set.of("run of " + params));
  }

  @Test
  void seedsThatNotAllLengthsHaveAreLeftOut() {
    List<SharedSize> sizes =
        List.of(
            size(1e4, 1e6, Map.of(1L, 0.01, 2L, 0.03, 3L, 0.5)),
            size(1e4, 2e6, Map.of(1L, 0.03, 2L, 0.05)));
    Estimate average = common(sizes).onAverage(sizes);
    assertEquals(Math.expm1(0.03), average.value(), 1e-12);
    // Two values, 0.02 and 0.04: Student's t of one degree of freedom is 6.3138.
    assertEquals(Math.expm1(0.03 + 6.3138 * 0.01), average.interval().high(), 1e-5);
  }

  @Test
  void lengthsWithoutACommonSeedStandForThemselves() {
    List<SharedSize> sizes =
        List.of(
            size(1e4, 1e6, Map.of(1L, 0.01, 2L, 0.03)), size(1e4, 2e6, Map.of(3L, 0.05, 4L, 0.07)));
    Estimate average = common(sizes).onAverage(sizes);
    assertEquals(Math.expm1(0.04), average.value(), 1e-12);
    assertTrue(Double.isFinite(average.interval().high()), average::toString);
    List<SharedSize> one = List.of(size(1e4, 1e6, Map.of(1L, 0.01)));
    assertFalse(Double.isFinite(common(one).onAverage(one).interval().high()));
  }
}
