package kleiber.fit;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import kleiber.laws.Observation;

/**
 * What a fit would have been on other runs: whole clusters are drawn with replacement (the rows of
 * a run, and the branches of a trunk, share their noise) and the law is fitted again. Deterministic
 * for a seed, whatever the number of threads.
 *
 * <p>Efron and Tibshirani 1993, chapters 6 and 13; by cluster: Cameron, Gelbach and Miller 2008.
 *
 * @param fitter the fitter of the first fit
 * @param draws number of resamples
 * @param seed of the draws
 */
public record Bootstrap(LawFitter fitter, int draws, long seed) {
  /** How often a draw that cannot determine the parameters is drawn again. */
  private static final int REDRAWS = 100;

  public Bootstrap {
    Objects.requireNonNull(fitter, "fitter");
    if (draws < 20) {
      throw new IllegalArgumentException(
          "The bootstrap has "
              + draws
              + " draws but an interval needs at least 20; 1000 is usual.");
    }
  }

  /**
   * Fits the law again to resamples of the observations that it was fitted to.
   *
   * @throws IllegalArgumentException when there are not more clusters than one, or not more
   *     observations than parameters, so that nothing is left to measure the noise with
   */
  public BootstrappedLaw run(FittedLaw fitted, List<Observation> observations) {
    Observations.check(fitted.law(), observations);
    int parameters = fitted.theta().length;
    Map<String, List<Integer>> byCluster = new LinkedHashMap<>();
    for (int i = 0; i < observations.size(); i++) {
      byCluster.computeIfAbsent(observations.get(i).cluster(), cluster -> new ArrayList<>()).add(i);
    }
    if (byCluster.size() < 2 || observations.size() <= parameters) {
      throw new IllegalArgumentException(
          observations.size()
              + " observations from "
              + byCluster.size()
              + " clusters of runs leave nothing to measure the noise of a law of "
              + parameters
              + " parameters with; an interval needs at least 2 clusters and "
              + (parameters + 1)
              + " observations.");
    }
    List<int[]> clusters =
        byCluster.values().stream()
            .map(rows -> rows.stream().mapToInt(Integer::intValue).toArray())
            .toList();
    Problem problem = new Problem(fitted.law(), fitter.objective(), observations);
    double[][] thetas =
        IntStream.range(0, draws)
            .parallel()
            .mapToObj(draw -> fitter.refit(resample(problem, clusters, draw), fitted.theta()))
            .toArray(double[][]::new);
    return new BootstrappedLaw(fitted, fitter, observations, clusters.size(), thetas);
  }

  private Problem resample(Problem problem, List<int[]> clusters, int draw) {
    SplittableRandom random = new SplittableRandom(seed * 0x9E3779B97F4A7C15L + draw);
    double[] weight = new double[problem.at.length];
    for (int attempt = 0; attempt < REDRAWS; attempt++) {
      Arrays.fill(weight, 0);
      for (int drawn = 0; drawn < clusters.size(); drawn++) {
        for (int row : clusters.get(random.nextInt(clusters.size()))) {
          weight[row]++;
        }
      }
      long scales =
          IntStream.range(0, weight.length)
              .filter(i -> weight[i] > 0)
              .mapToObj(i -> problem.at[i])
              .distinct()
              .count();
      if (scales >= problem.size) {
        break;
      }
    }
    return problem.weighted(weight);
  }
}
