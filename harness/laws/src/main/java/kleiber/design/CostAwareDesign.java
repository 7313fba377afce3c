package kleiber.design;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Spends a budget on the runs that leave the least variance at the targets. Runs are taken one by
 * one, each time the one of the largest drop for its cost among those that can still be paid. Taken
 * so, cheap runs may leave too little for a dear one that tells more than all of them: so every
 * affordable run is tried as the first of a plan, and the best plan counts (Khuller, Moss and Naor
 * 1999, <i>The budgeted maximum coverage problem</i>).
 *
 * @param noise standard deviation of ln L from run to run
 */
public record CostAwareDesign(double noise) {
  /** A drop below this share of the variance is none. */
  private static final double NEGLIGIBLE = 1e-6;

  public CostAwareDesign {
    if (!(noise > 0 && noise < 1)) {
      throw new IllegalArgumentException(
          "The noise is " + noise + " but must be a standard deviation of ln L, such as 0.005.");
    }
  }

  /** Standard deviation of ln L at the targets: the root of their mean variance. */
  public static double deviation(Candidates candidates, Belief belief) {
    int runs = candidates.runs().size();
    return Math.sqrt(
        IntStream.range(runs, runs + candidates.targets().size())
            .mapToDouble(belief::variance)
            .average()
            .orElseThrow());
  }

  /**
   * The best plan for a budget, in the order of use for cost.
   *
   * @param belief about {@link Candidates#scales}
   * @param taken candidates that are not to be had
   * @param budget in the unit of the costs
   */
  public List<Choice> plan(
      Candidates candidates, Belief belief, Set<Integer> taken, double budget) {
    Purchase plain = new Purchase(candidates, belief, taken, budget);
    plain.fill();
    Stream<Purchase> others =
        IntStream.range(0, candidates.costs().length)
            .filter(first -> !taken.contains(first) && candidates.costs()[first] <= budget)
            .parallel()
            .mapToObj(
                first -> {
                  Purchase purchase = new Purchase(candidates, belief, taken, budget);
                  purchase.take(first);
                  purchase.fill();
                  return purchase;
                });
    Purchase best =
        Stream.concat(Stream.of(plain), others.collect(Collectors.toList()).stream())
            .min(Comparator.comparingDouble(Purchase::deviation))
            .orElseThrow();
    return ordered(candidates, belief, best);
  }

  /** The runs of a purchase, each time the most useful for its cost of those that are left. */
  private List<Choice> ordered(Candidates candidates, Belief belief, Purchase bought) {
    Set<Integer> others =
        IntStream.range(0, candidates.costs().length).boxed().collect(Collectors.toSet());
    bought.choices.forEach(choice -> others.remove(choice.run()));
    Purchase again = new Purchase(candidates, belief, others, Double.POSITIVE_INFINITY);
    again.fill();
    return List.copyOf(again.choices);
  }

  /** Runs taken so far, and what is left to take others with. */
  private final class Purchase {
    private final Candidates candidates;
    private final Set<Integer> taken;
    private final List<Choice> choices = new ArrayList<>();
    private Belief belief;
    private double left;

    Purchase(Candidates candidates, Belief belief, Set<Integer> taken, double budget) {
      this.candidates = candidates;
      this.belief = belief;
      this.taken = new HashSet<>(taken);
      this.left = budget;
    }

    double deviation() {
      return CostAwareDesign.deviation(candidates, belief);
    }

    void take(int run) {
      double before = deviation();
      belief = belief.with(run, noise);
      taken.add(run);
      left -= candidates.costs()[run];
      choices.add(new Choice(run, candidates.costs()[run], before, deviation()));
    }

    /** Takes runs until none can be paid that would tell anything. */
    void fill() {
      int best;
      do {
        best = -1;
        double most = 0;
        double enough = NEGLIGIBLE * deviation() * deviation();
        for (int run = 0; run < candidates.costs().length; run++) {
          double cost = candidates.costs()[run];
          if (cost <= left && !taken.contains(run)) {
            double drop = drop(run);
            if (drop > enough && drop / cost > most) {
              most = drop / cost;
              best = run;
            }
          }
        }
        if (best >= 0) {
          take(best);
        }
      } while (best >= 0);
    }

    private double drop(int run) {
      int runs = candidates.runs().size();
      int targets = candidates.targets().size();
      double sum = 0;
      for (int target = runs; target < runs + targets; target++) {
        sum += belief.drop(target, run, noise);
      }
      return sum / targets;
    }
  }
}
