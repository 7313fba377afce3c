package kleiber.estimate;

import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
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
    int[] once = IntStream.range(0, tasks.size()).map(i -> 1).toArray();
    double[] best = maximumLikelihood(tasks, once, START);
    SplittableRandom source = new SplittableRandom(seed);
    double[][] resampled =
        Stream.generate(source::split).limit(draws).toList().parallelStream()
            .map(
                random -> {
                  int[] weight = new int[tasks.size()];
                  for (int drawn = 0; drawn < weight.length; drawn++) {
                    weight[random.nextInt(weight.length)]++;
                  }
                  return exp(maximumLikelihood(tasks, weight, best));
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

  private static double[] maximumLikelihood(List<PassAtK> tasks, int[] weight, double[] start) {
    MultivariateFunction cost =
        ln -> {
          if (Math.abs(ln[0]) > LARGEST || Math.abs(ln[1]) > LARGEST) {
            return Double.MAX_VALUE;
          }
          double a = Math.exp(ln[0]);
          double b = Math.exp(ln[1]);
          double sum = 0;
          for (int i = 0; i < weight.length; i++) {
            if (weight[i] > 0) {
              PassAtK task = tasks.get(i);
              double right = task.right();
              sum -=
                  weight[i]
                      * (Beta.logBeta(a + right, b + task.samples() - right) - Beta.logBeta(a, b));
            }
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

  private static double[] exp(double[] ln) {
    return new double[] {Math.exp(ln[0]), Math.exp(ln[1])};
  }
}
