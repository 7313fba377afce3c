package kleiber.estimate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import kleiber.fit.Interval;
import kleiber.fit.LawFitter;
import kleiber.fit.LeastSquares;
import kleiber.laws.Chinchilla;
import kleiber.laws.Observation;
import kleiber.laws.Scale;
import org.junit.jupiter.api.Test;

class ContestTest {
  private static final double[] TRUTH = {1.8, 480, 0.35, 2100, 0.37};
  private static final LawFitter FITTER = new LawFitter(new LeastSquares());
  private static final Contest CONTEST = new Contest(Contestant.powerLaw(FITTER), 500, 1);
  private final List<Observation> fit = rows("fit", 1e7, 24, new Random(1));
  private final List<Observation> choose = rows("choose", 1e8, 8, new Random(2));
  private final List<Observation> score = rows("score", 4e8, 8, new Random(3));

  @Test
  void theTrueLawIsFirstAndTheBaselineAlwaysTakesPart() {
    Contest.Result result =
        CONTEST.run(
            List.of(Contestant.of(new Chinchilla(), FITTER), Contestant.twoBudgets()),
            fit,
            choose,
            score);
    assertEquals("Chinchilla", result.standings().get(0).name());
    assertEquals(1, result.standings().get(0).rank());
    assertEquals(2, result.standings().get(1).rank());
    assertEquals(3, result.standings().size());
    assertFalse(result.isTied());
    assertTrue(result.winnerError() < 0.03, result.sentence());
    assertTrue(result.baselineError() > 2 * result.winnerError(), result.sentence());
    assertTrue(result.sentence().startsWith("Chinchilla is first"), result.sentence());
  }

  @Test
  void equalsAreTied() {
    double[] slightly = {1.8, 480, 0.35, 2100.01, 0.37};
    Contest.Result result =
        CONTEST.run(List.of(known("truth", TRUTH), known("nearly", slightly)), fit, choose, score);
    assertEquals(1, result.standings().get(0).rank());
    assertEquals(1, result.standings().get(1).rank());
    assertTrue(result.isTied());
    assertTrue(result.sentence().startsWith("Tied: "), result.sentence());
  }

  /** Of two laws that are equally wrong, chance puts one first: not to be called a difference. */
  @Test
  void chanceIsSeldomCalledADifference() {
    int told = 0;
    int contests = 300;
    for (int seed = 0; seed < contests; seed++) {
      Random random = new Random(seed);
      Contest.Result result =
          CONTEST.run(
              List.of(guessing("one", random.nextLong()), guessing("other", random.nextLong())),
              fit,
              choose,
              score);
      told += result.isTied() ? 0 : 1;
    }
    assertTrue(told < 0.17 * contests, told + " of " + contests);
  }

  @Test
  void aHandfulOfRunsToScoreRanksNobody() {
    Contest.Result result =
        CONTEST.run(
            List.of(Contestant.of(new Chinchilla(), FITTER)), fit, choose, score.subList(0, 3));
    assertTrue(result.isTied());
    assertTrue(result.sentence().contains("fewer than 4 clusters"), result.sentence());
  }

  @Test
  void whoCannotBeFittedIsLastAndSaysWhy() {
    Contestant broken =
        Contestant.of(
            "broken",
            rows -> {
              throw new IllegalArgumentException("no such column");
            });
    Contest.Result result = CONTEST.run(List.of(broken), fit, choose, score);
    assertEquals("no such column", result.standings().get(1).failure());
    assertEquals("PowerLaw", result.standings().get(0).name());
  }

  @Test
  void partsMustNotShareRunsOrBeEmpty() {
    assertThrows(IllegalArgumentException.class, () -> CONTEST.run(List.of(), fit, choose, choose));
    assertThrows(
        IllegalArgumentException.class, () -> CONTEST.run(List.of(), fit, List.of(), score));
    Contestant twice = known("PowerLaw", TRUTH);
    assertThrows(
        IllegalArgumentException.class,
        () -> CONTEST.run(List.of(twice, twice), fit, choose, score));
  }

  @Test
  void theBaselineGoesThroughTheTwoLargestBudgets() {
    List<Observation> rows =
        List.of(
            row("a", Scale.of(1e6, 1e7), 5),
            row("b", Scale.of(2e6, 2e7), 4),
            row("beaten", Scale.of(4e6, 3.9e7), 4.5),
            row("close", Scale.of(4e6, 3.99e7), 3.3),
            row("c", Scale.of(4e6, 4e7), 3.2));
    TwoBudgetLine line = TwoBudgetLine.through(rows);
    assertEquals(3.2, line.loss(Scale.of(4e6, 4e7)), 1e-12);
    assertEquals(4, line.loss(Scale.of(2e6, 2e7)), 1e-12);
    assertEquals(3.2 * 3.2 / 4, line.loss(Scale.of(8e6, 8e7)), 1e-12);
    assertThrows(IllegalArgumentException.class, () -> TwoBudgetLine.through(rows.subList(3, 5)));
  }

  @Test
  void theIntervalScoreIsLowestForTheRightQuantiles() {
    Interval interval = new Interval(2, 4, 0.9);
    assertEquals(2, IntervalScore.of(interval, 3), 1e-12);
    assertEquals(2 + 20 * 0.5, IntervalScore.of(interval, 1.5), 1e-12);
    assertEquals(2 + 20 * 1, IntervalScore.of(interval, 5), 1e-12);
    assertEquals(20 * 0.5, IntervalScore.of(2.5, 3, 0.9), 1e-12);
    Random random = new Random(1);
    double[] sums = new double[3];
    double[] half = {1.2, 1.645, 2.2};
    for (int draw = 0; draw < 200_000; draw++) {
      double measured = random.nextGaussian();
      for (int i = 0; i < half.length; i++) {
        sums[i] += IntervalScore.of(new Interval(-half[i], half[i], 0.9), measured);
      }
    }
    assertTrue(sums[1] < sums[0] && sums[1] < sums[2]);
  }

  private static Contestant known(String name, double[] theta) {
    return Contestant.of(name, rows -> at -> new Chinchilla().loss(at, theta));
  }

  /** The truth with errors of its own at every scale. */
  private static Contestant guessing(String name, long seed) {
    return Contestant.of(
        name,
        rows ->
            at ->
                new Chinchilla().loss(at, TRUTH)
                    * (1 + 0.002 * new Random(seed ^ at.hashCode()).nextGaussian()));
  }

  /** Runs off the compute frontier, so that compute alone does not tell their loss. */
  private static List<Observation> rows(String part, double params, int count, Random random) {
    List<Observation> rows = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      double n = params * Math.exp(1.5 * random.nextDouble());
      Scale at = Scale.of(n, n * 20 * Math.exp(4 * random.nextDouble() - 2));
      double loss = new Chinchilla().loss(at, TRUTH) * (1 + 0.002 * random.nextGaussian());
      rows.add(row(part + "-" + i, at, loss));
    }
    return rows;
  }

  private static Observation row(String run, Scale at, double loss) {
    return new Observation(run, run, "made", 0, at, null, loss, Double.NaN);
  }
}
