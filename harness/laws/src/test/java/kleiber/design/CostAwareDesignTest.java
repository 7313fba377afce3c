package kleiber.design;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import kleiber.laws.Chinchilla;
import org.junit.jupiter.api.Test;

/** Plans keep to the budget and come near the best there is. */
class CostAwareDesignTest {
  private final CostAwareDesign design =
      new CostAwareDesign(new Chinchilla(), MadeMenu.THETA, Scatter.of(0.005));

  @Test
  void comesNearTheBestOfAllSubsets() {
    Candidates candidates = MadeMenu.of(3, 4);
    for (double share : new double[] {0.15, 0.3, 0.6}) {
      double budget = share * MadeMenu.total(candidates);
      List<Choice> plan = design.plan(candidates, List.of(), budget);
      double best = Double.POSITIVE_INFINITY;
      for (int subset = 0; subset < 1 << 12; subset++) {
        List<Integer> runs = new ArrayList<>();
        double cost = 0;
        for (int run = 0; run < 12; run++) {
          if ((subset >> run & 1) == 1) {
            runs.add(run);
            cost += candidates.costs()[run];
          }
        }
        if (cost <= budget) {
          best = Math.min(best, design.deviation(candidates, runs));
        }
      }
      double found = plan.get(plan.size() - 1).after();
      assertTrue(found <= 1.2 * best, share + ": " + found + " against " + best);
    }
  }

  @Test
  void keepsToTheBudgetAndDoesNothingTwice() {
    Candidates candidates = MadeMenu.of(6, 6);
    double budget = MadeMenu.total(candidates) / 10;
    List<Integer> done = List.of(0, 7, 14);
    List<Choice> plan = design.plan(candidates, done, budget);
    double spent = 0;
    HashSet<Integer> seen = new HashSet<>(done);
    double before = design.deviation(candidates, done);
    for (Choice choice : plan) {
      spent += choice.cost();
      assertTrue(seen.add(choice.run()), "run " + choice.run() + " is taken twice");
      assertEquals(before, choice.before(), 1e-12);
      before = choice.after();
    }
    assertTrue(spent <= budget, spent + " of " + budget);
    assertEquals(before, design.deviation(candidates, seen), 1e-12);
    assertTrue(before < design.deviation(candidates, done) / 2);
    assertEquals(plan, design.plan(candidates, done, budget));
  }

  @Test
  void moreMoneyTellsMore() {
    Candidates candidates = MadeMenu.of(6, 6);
    double last = Double.POSITIVE_INFINITY;
    for (double share : new double[] {0.02, 0.1, 0.5}) {
      List<Choice> plan = design.plan(candidates, List.of(), share * MadeMenu.total(candidates));
      double error = plan.get(plan.size() - 1).after();
      assertTrue(error < last, share + ": " + error + " after " + last);
      last = error;
    }
    assertTrue(design.plan(candidates, List.of(), candidates.costs()[0] / 2).isEmpty());
  }

  @Test
  void refusesNonsense() {
    assertThrows(IllegalArgumentException.class, () -> Scatter.of(0));
    Candidates some = MadeMenu.of(2, 2);
    assertThrows(
        IllegalArgumentException.class,
        () -> new Candidates(some.runs(), new double[3], some.targets()));
    assertThrows(
        IllegalArgumentException.class, () -> new Candidates(some.runs(), some.costs(), List.of()));
  }
}
