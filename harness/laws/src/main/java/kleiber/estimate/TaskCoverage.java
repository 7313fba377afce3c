package kleiber.estimate;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import kleiber.fit.Interval;
import org.apache.commons.math3.analysis.MultivariateFunction;
import org.apache.commons.math3.optim.InitialGuess;
import org.apache.commons.math3.optim.MaxEval;
import org.apache.commons.math3.optim.SimpleValueChecker;
import org.apache.commons.math3.optim.nonlinear.scalar.GoalType;
import org.apache.commons.math3.optim.nonlinear.scalar.ObjectiveFunction;
import org.apache.commons.math3.optim.nonlinear.scalar.noderiv.NelderMeadSimplex;
import org.apache.commons.math3.optim.nonlinear.scalar.noderiv.SimplexOptimizer;
import org.apache.commons.math3.special.Beta;

/**
 * Coverage under repeated sampling: the share of tasks solved by at least one of k samples, at k
 * beyond what was sampled. The chance of success varies over tasks as a Beta(a, b), fitted to right
 * answers of each task by maximum likelihood (they are beta-binomial). Then 1 − coverage = B(a, b +
 * k) / B(a, b), which falls as k^-a: the tail is a power law whose exponent is how often tasks are
 * all but impossible.
 *
 * <p>Brown et al. 2024, <i>Large Language Monkeys</i> (arXiv:2407.21787) print the power law exp(a
 * k^b); that it comes from the tail of the success rates, and the Beta fit, are from Schaeffer et
 * al. 2025 (arXiv:2502.17578).
 *
 * @param a exponent of the tail
 * @param b how seldom tasks are all but certain
 * @param draws [draw][2]: a and b with tasks drawn anew
 */
public record TaskCoverage(double a, double b, double[][] draws) {
  private static final double[] START = {Math.log(0.5), Math.log(2)};
  private static final double STEP = 0.5;
  private static final double LARGEST = Math.log(1e6);

  /**
   * @param tasks samples and right ones of each
   * @param draws number of resamples of tasks
   * @throws IllegalArgumentException when no task, or every one, was always right or always wrong
   */
  public static TaskCoverage fit(List<PassAtK> tasks, int draws, long seed) {
    Draws.requireEnough(draws);
    long right = tasks.stream().mapToLong(PassAtK::right).sum();
    long samples = tasks.stream().mapToLong(PassAtK::samples).sum();
    if (tasks.size() < 2 || right == 0 || right == samples) {
      throw new IllegalArgumentException(
          right
              + " right of "
              + samples
              + " samples of "
              + tasks.size()
              + " tasks say nothing of how hard tasks differ: it needs two tasks or more, right and"
              + " wrong answers.");
    }
    double[] best = maximumLikelihood(counted(tasks), START);
    SplittableRandom source = new SplittableRandom(seed);
    double[][] resampled =
        Stream.generate(source::split).limit(draws).toList().parallelStream()
            .map(
                random -> {
                  List<PassAtK> drawn = new ArrayList<>(tasks.size());
                  for (int task = 0; task < tasks.size(); task++) {
                    drawn.add(tasks.get(random.nextInt(tasks.size())));
                  }
                  return exp(maximumLikelihood(counted(drawn), best));
                })
            .toArray(double[][]::new);
    double[] theta = exp(best);
    return new TaskCoverage(theta[0], theta[1], resampled);
  }

  /** Share of tasks solved by at least one of k samples, with its interval. */
  public Estimate at(double k, double confidence) {
    double failed = lnFailed(a, b, k);
    double[] drawn = Stream.of(draws).mapToDouble(d -> lnFailed(d[0], d[1], k)).toArray();
    Interval ln = Draws.interval(failed, drawn, Double.POSITIVE_INFINITY, confidence);
    return new Estimate(
        -Math.expm1(failed),
        new Interval(-Math.expm1(ln.high()), -Math.expm1(ln.low()), confidence));
  }

  /** The exponent of the tail, a, with its interval. */
  public Estimate tail(double confidence) {
    double[] drawn = Stream.of(draws).mapToDouble(draw -> draw[0]).toArray();
    return new Estimate(a, Draws.interval(a, drawn, Double.POSITIVE_INFINITY, confidence));
  }

  private static double lnFailed(double a, double b, double k) {
    return Beta.logBeta(a, b + k) - Beta.logBeta(a, b);
  }

  /** How many tasks had the same samples and right ones. */
  private static Map<PassAtK, Long> counted(List<PassAtK> tasks) {
    return tasks.stream()
        .collect(Collectors.groupingBy(task -> task, LinkedHashMap::new, Collectors.counting()));
  }

  private static double[] maximumLikelihood(Map<PassAtK, Long> tasks, double[] start) {
    int most = tasks.keySet().stream().mapToInt(PassAtK::samples).max().getAsInt();
    MultivariateFunction cost =
        ln -> {
          if (Math.abs(ln[0]) > LARGEST || Math.abs(ln[1]) > LARGEST) {
            return Double.MAX_VALUE;
          }
          double a = Math.exp(ln[0]);
          double b = Math.exp(ln[1]);
          double[] ofRight = rising(a, most);
          double[] ofWrong = rising(b, most);
          double[] ofBoth = rising(a + b, most);
          double sum = 0;
          for (Map.Entry<PassAtK, Long> task : tasks.entrySet()) {
            int samples = task.getKey().samples();
            int right = task.getKey().right();
            double likelihood = ofRight[right] + ofWrong[samples - right] - ofBoth[samples];
            sum -= task.getValue() * likelihood;
          }
          return sum;
        };
    return new SimplexOptimizer(new SimpleValueChecker(1e-10, 1e-9))
        .optimize(
            new MaxEval(5000),
            new ObjectiveFunction(cost),
            GoalType.MINIMIZE,
            new InitialGuess(start),
            new NelderMeadSimplex(2, STEP))
        .getPoint();
  }

  /** ln of x (x + 1) … (x + i − 1) for every i: Γ(x + i) / Γ(x). */
  private static double[] rising(double x, int most) {
    double[] rising = new double[most + 1];
    for (int i = 0; i < most; i++) {
      rising[i + 1] = rising[i] + Math.log(x + i);
    }
    return rising;
  }

  private static double[] exp(double[] ln) {
    return new double[] {Math.exp(ln[0]), Math.exp(ln[1])};
  }
}
