package kleiber.estimate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import kleiber.fit.LawFitter;
import kleiber.fit.LeastSquares;
import kleiber.laws.Chinchilla;
import kleiber.laws.Observation;
import kleiber.laws.Scale;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Recipes whose laws are known, on grids whose runs pair and on others. */
class RecipeComparisonTest {
  private static final Chinchilla LAW = new Chinchilla();
  private static final double[] OLD = {1.8, 480, 0.35, 2000, 0.37};

  /** The same with fewer tokens' worth of loss: better everywhere. */
  private static final double[] BETTER = {1.8, 470, 0.35, 1900, 0.37};

  private static final LawFitter FITTER = new LawFitter(new LeastSquares());
  private static final ComputePath PATH = ComputePath.tokensPerParameter(20);
  private static final double[] SIZES = {5e7, 1e8, 2e8, 4e8, 8e8};
  private static final double[] RATIOS = {5, 10, 20, 40, 80};

  /**
   * A recipe's runs.
   *
   * @param shared noise that runs of one cell have in common over recipes
   * @param own noise of its own
   * @param params factor on the sizes
   */
  private static Recipe recipe(
      double[] theta, double shared, double own, int set, int seed, double params) {
    Random common = new Random(1000 + set);
    Random alone = new Random(7919L * set + seed);
    List<Observation> rows = new ArrayList<>();
    for (double size : SIZES) {
      for (double ratio : RATIOS) {
        Scale at = Scale.of(params * size, ratio * size);
        double noise = shared * common.nextGaussian() + own * alone.nextGaussian();
        String run = seed + "-" + size + "-" + ratio;
        double loss = LAW.loss(at, theta) * Math.exp(noise);
        rows.add(new Observation(run, run, "made", 0, at, null, loss, Double.NaN));
      }
    }
    return new Recipe("recipe " + seed, FITTER.fit(LAW, rows), FITTER, rows, PATH);
  }

  private static double truth(double flops) {
    return Math.log(LAW.loss(PATH.at(flops), BETTER) / LAW.loss(PATH.at(flops), OLD));
  }

  @Test
  void aBetterRecipeIsBetter() {
    Recipe better = recipe(BETTER, 0, 1e-5, 1, 1, 1);
    Recipe old = recipe(OLD, 0, 1e-5, 1, 2, 1);
    RecipeComparison comparison = RecipeComparison.of(better, old, 40, 1);
    assertTrue(comparison.paired());
    RecipeComparison.Difference at = comparison.at(1e19, 0.9);
    assertEquals(truth(1e19), at.lnRatio().value(), 1e-5);
    assertEquals(1, at.better());
    assertEquals(0, RecipeComparison.of(old, better, 40, 1).at(1e19, 0.9).better());
    assertEquals(Crossover.Verdict.NONE, comparison.crossover(1e21, 0.9).verdict());
    assertTrue(comparison.gain(1e19, 0.9).value() > 1);
    assertEquals(25, comparison.measured().size());
    RecipeComparison.Lowest lowest = comparison.lowestNear(6 * 4e8 * 8e9).orElseThrow();
    assertEquals(LAW.loss(Scale.of(4e8, 8e9), BETTER), lowest.lossOfA(), 1e-3);
    assertTrue(lowest.lnRatio() < 0);
    assertTrue(comparison.lowestNear(1e25).isEmpty());
    assertTrue(comparison.measured().stream().allMatch(pair -> pair.lnRatio() < 0));
    List<RecipeComparison.Exponent> exponents = comparison.exponents(0.9);
    assertEquals(
        List.of("alpha", "beta", "compute"),
        exponents.stream().map(RecipeComparison.Exponent::name).toList());
    assertEquals(0.35 * 0.37 / 0.72, exponents.get(2).ofA(), 1e-3);
  }

  @Test
  void runsPairWhereTheirTokensAndAboutTheirSizesAgree() {
    Recipe a = recipe(OLD, 0, 1e-3, 1, 1, 1);
    assertTrue(RecipeComparison.of(a, recipe(OLD, 0, 1e-3, 1, 2, 1.05), 20, 1).paired());
    RecipeComparison apart = RecipeComparison.of(a, recipe(OLD, 0, 1e-3, 1, 2, 1.3), 20, 1);
    assertFalse(apart.paired());
    assertEquals(50, apart.unpaired());
    Recipe fewer = recipe(OLD, 0, 1e-3, 1, 2, 1);
    fewer = fewer.with(fewer.rows().subList(3, 25));
    RecipeComparison most = RecipeComparison.of(a, fewer, 20, 1);
    assertTrue(most.paired(), "22 pairs tell more than 25 and 22 runs");
    assertEquals(3, most.unpaired());
    assertEquals(22, most.measured().size());
    List<Observation> shuffled = new ArrayList<>(a.rows());
    Collections.shuffle(shuffled, new Random(1));
    Recipe same = new Recipe("same", a.fitted(), FITTER, shuffled, PATH);
    RecipeComparison none = RecipeComparison.of(a, same, 20, 1);
    assertEquals(0, none.at(1e19, 0.9).lnRatio().interval().high(), 1e-6);
    assertEquals(0, none.at(1e19, 0.9).lnRatio().interval().low(), 1e-6);
  }

  /** An exponent that differs is told from one that does not. */
  @Test
  void exponentsThatDifferAreFound() {
    double[] steep = {1.8, 480 * Math.pow(2e8, 0.05), 0.40, 2000, 0.37};
    RecipeComparison differ =
        RecipeComparison.of(recipe(steep, 0, 1e-4, 1, 1, 1), recipe(OLD, 0, 1e-4, 1, 2, 1), 100, 1);
    RecipeComparison.Exponent alpha = differ.exponents(0.9).get(0);
    assertTrue(alpha.differs(), alpha.toString());
    assertEquals(0.05, alpha.difference().value(), 0.005);
  }

  @Test
  void intervalsHoldTheTruthAndPairsMakeThemNarrow() {
    coverage(60, 30);
  }

  @Tag("slow")
  @Test
  void intervalsHoldTheTruthInAThousandSets() {
    coverage(1000, 100);
  }

  /** Two thirds of the noise are shared: what pairs know and others do not. */
  private static void coverage(int sets, int draws) {
    double flops = 1e19;
    Held paired = new Held("difference of paired recipes");
    Held exponent = new Held("difference of an exponent that is the same");
    Held apart = new Held("difference of recipes whose runs do not pair");
    double widthPaired = 0;
    double widthApart = 0;
    for (int set = 0; set < sets; set++) {
      Recipe better = recipe(BETTER, 0.003, 0.0015, set, 1, 1);
      RecipeComparison together =
          RecipeComparison.of(better, recipe(OLD, 0.003, 0.0015, set, 2, 1), draws, set);
      Estimate beside = together.at(flops, 0.9).lnRatio();
      paired.count(beside, truth(flops));
      exponent.count(together.exponents(0.9).get(1).difference(), 0);
      widthPaired += beside.interval().high() - beside.interval().low();
      Recipe elsewhere = recipe(OLD, 0.003, 0.0015, set + 100_000, 3, 1.3);
      Estimate alone = RecipeComparison.of(better, elsewhere, draws, set).at(flops, 0.9).lnRatio();
      apart.count(alone, truth(flops));
      widthApart += alone.interval().high() - alone.interval().low();
    }
    paired.isAboutRight(0.06);
    apart.isAboutRight(0.06);
    exponent.isAboutRight(0.06);
    assertTrue(widthPaired < 0.6 * widthApart, widthPaired + " against " + widthApart);
  }
}
