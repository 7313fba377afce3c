package kleiber.design;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import kleiber.laws.Law;
import org.apache.commons.math3.distribution.TDistribution;

/**
 * Spends a budget on the runs that leave the least error to expect at the targets, counted as the
 * interval will show it: wider by Student's t where few rows beyond the law's constants are left to
 * measure the noise with. Runs are taken one by one, each time the one whose drop of the squared
 * error is largest for its cost, among those that can still be paid. How much a cost should count
 * is not known beforehand: counted in full, cheap runs eat what a dear one would have needed; not
 * at all, the first run may take everything. So several powers of the cost are tried, and the plan
 * with the least error counts.
 *
 * @param law that will be fitted
 * @param theta constants about which it is taken for linear
 * @param scatter of losses about it
 */
public record CostAwareDesign(Law law, double[] theta, Scatter scatter) {
  private static final double[] POWERS = {0, 0.25, 0.5, 0.75, 1};

  /** Level at which intervals are compared, one side. */
  private static final double LEVEL = 0.95;

  /** So many degrees of freedom measure the noise well enough; more are not worth a run. */
  private static final int ENOUGH = 5;

  /** By how much Student's t is wider with fewer degrees of freedom than enough. */
  private static final double[] STRETCH =
      IntStream.rangeClosed(0, ENOUGH)
          .mapToDouble(freedom -> quantile(Math.max(1, freedom)) / quantile(ENOUGH))
          .toArray();

  /** A drop below this share of the squared error is none. */
  private static final double NEGLIGIBLE = 1e-4;

  /**
   * The best plan, its cheapest run first: what that teaches may change the rest.
   *
   * @param done candidates that are done, and cost no more
   * @param budget in the unit of the costs
   */
  public List<Choice> plan(Candidates candidates, Collection<Integer> done, double budget) {
    List<Integer> best =
        DoubleStream.of(POWERS)
            .parallel()
            .mapToObj(power -> buy(candidates, done, budget, power))
            .toList()
            .stream()
            .min(Comparator.comparingDouble(plan -> error(candidates, done, plan)))
            .orElseThrow();
    best.sort(Comparator.comparingDouble(run -> candidates.costs()[run]));
    PredictionError error = error(candidates, done);
    List<Choice> choices = new ArrayList<>();
    for (int run : best) {
      double before = Math.sqrt(stretched(error.mean(), error.runs()));
      error.take(run);
      double after = Math.sqrt(stretched(error.mean(), error.runs()));
      choices.add(new Choice(run, candidates.costs()[run], before, after));
    }
    return choices;
  }

  /**
   * Error of ln L to expect at the targets: root of the mean square, as the interval will show it.
   *
   * @param fitted candidates
   */
  public double deviation(Candidates candidates, Collection<Integer> fitted) {
    return Math.sqrt(stretched(error(candidates, fitted).mean(), fitted.size()));
  }

  private static double quantile(double freedom) {
    return new TDistribution(freedom).inverseCumulativeProbability(LEVEL);
  }

  private double stretched(double squaredError, int runs) {
    double stretch = STRETCH[Math.max(0, Math.min(ENOUGH, runs - theta.length))];
    return stretch * stretch * squaredError;
  }

  private PredictionError error(Candidates candidates, Collection<Integer> fitted) {
    PredictionError error = new PredictionError(law, theta, scatter, candidates);
    fitted.forEach(error::take);
    return error;
  }

  private double error(Candidates candidates, Collection<Integer> done, List<Integer> plan) {
    PredictionError error = error(candidates, done);
    plan.forEach(error::take);
    return stretched(error.mean(), error.runs());
  }

  private List<Integer> buy(
      Candidates candidates, Collection<Integer> done, double budget, double power) {
    PredictionError error = error(candidates, done);
    Set<Integer> taken = new HashSet<>(done);
    List<Integer> bought = new ArrayList<>();
    double left = budget;
    OptionalInt next = mostUseful(candidates, error, taken, left, power);
    while (next.isPresent()) {
      int run = next.getAsInt();
      error.take(run);
      taken.add(run);
      bought.add(run);
      left -= candidates.costs()[run];
      next = mostUseful(candidates, error, taken, left, power);
    }
    return bought;
  }

  /** Nothing when no run can be paid that would tell anything. */
  private OptionalInt mostUseful(
      Candidates candidates, PredictionError error, Set<Integer> taken, double left, double power) {
    double now = stretched(error.mean(), error.runs());
    OptionalInt best = OptionalInt.empty();
    double most = 0;
    for (int run = 0; run < candidates.costs().length; run++) {
      double cost = candidates.costs()[run];
      if (cost <= left && !taken.contains(run)) {
        double drop = now - stretched(error.meanWith(run), error.runs() + 1);
        double use = drop / Math.pow(cost, power);
        if (drop > NEGLIGIBLE * now && use > most) {
          most = use;
          best = OptionalInt.of(run);
        }
      }
    }
    return best;
  }
}
