package kleiber.observe;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import kleiber.estimate.ComputePath;
import kleiber.estimate.Recipe;
import kleiber.estimate.RecipeComparison;
import kleiber.estimate.RecipeComparison.Difference;
import kleiber.fit.FittedLaw;
import kleiber.fit.LawFitter;
import kleiber.fit.LeastSquares;
import kleiber.fit.Outcome;
import kleiber.laws.Chinchilla;
import kleiber.laws.Observation;
import kleiber.laws.Scale;
import org.junit.jupiter.api.Test;

/** Sentences of recipes whose laws are known, and of laws that are not. */
class ComparisonTextTest {
  private static final Chinchilla LAW = new Chinchilla();
  private static final double[] OLD = {1.8, 480, 0.35, 2000, 0.37};

  /** The same at two thirds of what N and D leave. */
  private static final double[] BETTER = {1.8, 320, 0.35, 1333, 0.37};

  /** The same with parameters that are worth more the more there are. */
  private static final double[] STEEP = {1.8, 480 * Math.pow(5e7, 0.05), 0.40, 2000, 0.37};

  private static final LawFitter FITTER = new LawFitter(new LeastSquares());

  private static Recipe recipe(double[] theta, int seed) {
    return recipe(theta, seed, 1);
  }

  /**
   * @param factor on the sizes
   */
  private static Recipe recipe(double[] theta, int seed, double factor) {
    Random random = new Random(seed);
    List<Observation> rows = new ArrayList<>();
    for (double params : new double[] {5e7, 1e8, 2e8, 4e8, 8e8}) {
      for (double ratio : new double[] {5, 10, 20, 40, 80}) {
        Scale at = Scale.of(factor * params, ratio * factor * params);
        String run = seed + "-" + params + "-" + ratio;
        double loss = LAW.loss(at, theta) * Math.exp(0.0005 * random.nextGaussian());
        rows.add(new Observation(run, run, "made", 0, at, null, loss, Double.NaN));
      }
    }
    return new Recipe(
        "made", FITTER.fit(LAW, rows), FITTER, rows, ComputePath.tokensPerParameter(20));
  }

  private static Recipe ended(Recipe recipe, Outcome outcome) {
    FittedLaw its = recipe.fitted();
    return new Recipe(
        recipe.name(),
        new FittedLaw(
            its.law(),
            its.objective(),
            its.theta(),
            its.cost(),
            its.observations(),
            its.starts(),
            its.agreed(),
            outcome,
            "made"),
        recipe.fitter(),
        recipe.rows(),
        recipe.path());
  }

  private static ComparisonText text(Recipe a, Recipe b) {
    return new ComparisonText(
        RecipeComparison.of(a, b, 60, 1),
        new RecipeMatch(1, 1, "nats per token", List.of(), List.of()),
        "new",
        "old",
        0.9);
  }

  private static String crossover(ComparisonText text) {
    return text.crossover(1e24, text.along(ComparisonText.STEPS));
  }

  @Test
  void theSecondIsWhatTheFirstIsHeldAgainst() {
    ComparisonText text = text(recipe(BETTER, 1), recipe(OLD, 2));
    String better = text.better(text.comparison().at(1e19, 0.9));
    assertTrue(better.contains(" the laws give new a lower loss than old: "), better);
    assertTrue(better.contains(" per token, −"), better);
    ComparisonText turned = text(recipe(OLD, 2), recipe(BETTER, 1));
    String worse = turned.better(turned.comparison().at(1e19, 0.9));
    assertTrue(worse.contains(" the laws give new a higher loss than old: "), worse);
    assertTrue(worse.endsWith("it is higher with probability above 99.9 %."), worse);
    ComparisonText same = text(recipe(OLD, 1), recipe(OLD, 2));
    assertTrue(
        same.better(same.comparison().at(1e19, 0.9)).contains("the laws do not tell new from old"),
        same.better(same.comparison().at(1e19, 0.9)));
  }

  @Test
  void anExtrapolationAsksForLawsThatAreDetermined() {
    Recipe better = recipe(BETTER, 1);
    Recipe old = recipe(OLD, 2);
    assertTrue(crossover(text(better, old)).startsWith("By the laws new stays ahead up to 1e24"));
    String one = crossover(text(ended(better, Outcome.NOT_IDENTIFIED), old));
    assertTrue(
        one.endsWith(
            "; beyond that nothing is looked at, as the law of new is not determined by its runs."),
        one);
    assertTrue(one.startsWith("By the laws new is ahead in the whole range measured, up to "), one);
    String both =
        crossover(text(ended(better, Outcome.BOUND_HIT), ended(old, Outcome.NOT_IDENTIFIED)));
    assertTrue(
        both.endsWith(
            "as the law of new lies on the bound of a parameter’s range and the law of old is not"
                + " determined by its runs."),
        both);
  }

  @Test
  void aCrossingOfLawsThatAreNotToldApartMeansNothing() {
    String same = crossover(text(recipe(OLD, 3), recipe(OLD, 4)));
    assertTrue(same.startsWith("Nowhere between "), same);
    assertTrue(same.endsWith(" do the laws tell new from old: a crossing of them means nothing."));
    assertFalse(crossover(text(recipe(BETTER, 1), recipe(OLD, 2))).contains("told apart"));
  }

  /** Two laws that are equal at the second of five computes: they are told apart at the others. */
  @Test
  void whereInTheRangeTheTwoAreToldApartIsSaid() {
    double[] crossing = {1.8, 480 * Math.pow(7.07e7, 0.02), 0.37, 2000, 0.37};
    ComparisonText text = text(recipe(crossing, 1), recipe(OLD, 2));
    List<Difference> along = text.along(ComparisonText.STEPS);
    List<Difference> told = ComparisonText.told(along);
    assertTrue(told.size() < along.size(), told.size() + " are told apart");
    String said = text.crossover(1e24, along);
    assertTrue(said.contains(" Of 5 computes over the range measured, the two are told"), said);
    assertTrue(said.endsWith(Quantity.count(told.getLast().flops()) + " FLOPs alone."), said);
  }

  /** Beyond a floor that the old recipe never reaches there is no factor to tell. */
  @Test
  void aNeedThatHasNoFactorIsNotToldToChange() {
    double[] lowerFloor = {0.3, 320, 0.35, 1333, 0.37};
    String never = text(recipe(lowerFloor, 1), recipe(OLD, 2)).gains();
    assertTrue(never.endsWith(": how that need changes cannot be told."), never);
  }

  @Test
  void whereLawsAreAskedBeyondTheRunsIsSaid() {
    ComparisonText text = text(recipe(BETTER, 1), recipe(OLD, 2));
    assertEquals("", text.beyond(1e19));
    // Along D = 20 N: at the least compute N is half the least, at 1e21 twice the largest.
    assertEquals("smaller than any fitted", text.beyond(text.comparison().low()));
    assertEquals("larger than any fitted", text.beyond(3e20));
    assertEquals("larger and longer than any fitted", text.beyond(1e24));
    assertTrue(
        text.better(text.comparison().at(1e24, 0.9))
            .startsWith("At 1e24 FLOPs, for a run larger and longer than any fitted, the laws"));
    assertEquals(
        "larger than any of old", text(recipe(BETTER, 1), recipe(OLD, 2, 0.25)).beyond(3e19));
  }

  @Test
  void whetherTheGainChangesIsToldByItsRatio() {
    String steep = text(recipe(STEEP, 1), recipe(OLD, 2)).gains();
    assertTrue(steep.contains(": that need grows by a factor of "), steep);
    String same = text(recipe(OLD, 3), recipe(OLD, 4)).gains();
    assertTrue(same.contains(": no change of that need with compute is told, factor "), same);
    assertTrue(same.contains("below 1 with probability "), same);
  }

  @Test
  void exponentsDifferWhereTheIntervalOfTheirDifferenceDoesNotHoldZero() {
    String steep = text(recipe(STEEP, 1), recipe(OLD, 2)).exponents().orElseThrow();
    assertTrue(steep.startsWith("The laws’ exponents, new less old: alpha 0.0"), steep);
    assertTrue(steep.contains("alpha") && steep.contains(" differ"), steep);
    String same = text(recipe(OLD, 3), recipe(OLD, 4)).exponents().orElseThrow();
    assertTrue(same.endsWith("; every interval holds 0, so no difference is told."), same);
  }
}
