package kleiber.design;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import kleiber.fit.LawFitter;
import kleiber.fit.LeastSquares;
import kleiber.laws.Chinchilla;
import kleiber.laws.Observation;
import kleiber.laws.Scale;
import org.junit.jupiter.api.Test;

/** Choosing by what was measured. */
class SequentialDesignTest {
  private static final double[] FAR_OFF = {1, 5, 0.2, 20, 0.25};

  private final Candidates candidates = MadeMenu.of(6, 6);
  private final SequentialDesign design =
      new SequentialDesign(new LawFitter(new LeastSquares()), new Chinchilla(), FAR_OFF, 0.02);

  private List<Observation> measured(List<Integer> runs, double noise) {
    Random random = new Random(5);
    List<Observation> rows = new ArrayList<>();
    for (int run : runs) {
      Scale at = candidates.runs().get(run);
      double loss =
          new Chinchilla().loss(at, MadeMenu.THETA) * Math.exp(noise * random.nextGaussian());
      rows.add(new Observation("r" + run, "r" + run, "made", 1, at, null, loss, Double.NaN));
    }
    return rows;
  }

  @Test
  void trustsThePriorUntilEnoughIsMeasured() {
    List<Observation> rows = measured(List.of(0, 5, 10, 15, 20, 30, 35), 0);
    assertArrayEquals(FAR_OFF, design.given(rows).theta());
    rows.addAll(measured(List.of(12), 0));
    CostAwareDesign given = design.given(rows);
    assertArrayEquals(MadeMenu.THETA, given.theta(), 1e-2);
    assertEquals(5e-4, given.scatter().deviation(), 1e-9);
  }

  @Test
  void manyRowsOfFewRunsAreNotEnough() {
    List<Observation> rows = new ArrayList<>();
    for (Observation row : measured(List.of(0, 5, 10, 15, 20, 30, 35, 12, 14, 22), 0)) {
      String trunk = "trunk " + rows.size() % 3;
      rows.add(
          new Observation(
              row.run(), trunk, "made", 1, row.at(), null, row.loss(), row.standardError()));
    }
    assertArrayEquals(FAR_OFF, design.given(rows).theta());
  }

  @Test
  void aFitThatIsNotIdentifiedIsNoBetterThanThePrior() {
    Observation only = measured(List.of(7), 0).get(0);
    List<Observation> rows = new ArrayList<>();
    for (int seed = 0; seed < 12; seed++) {
      String run = "seed " + seed;
      rows.add(new Observation(run, run, "made", 1, only.at(), null, only.loss(), Double.NaN));
    }
    assertArrayEquals(FAR_OFF, design.given(rows).theta());
  }

  @Test
  void spendsTheBudgetInRoundsThatEnd() {
    double budget = MadeMenu.total(candidates) / 20;
    List<Integer> done = new ArrayList<>();
    double left = budget;
    List<Choice> plan = design.plan(candidates, done, List.of(), left);
    double first = plan.get(0).before();
    while (!plan.isEmpty()) {
      done.add(plan.get(0).run());
      left -= plan.get(0).cost();
      plan = design.plan(candidates, done, measured(done, 0.003), left);
    }
    assertTrue(done.size() > 8, done.size() + " runs");
    assertTrue(left >= 0, left + " is left");
    double last = design.given(measured(done, 0.003)).deviation(candidates, done);
    assertTrue(last < first / 20, last + " after " + first);
  }
}
