package kleiber.fit;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import kleiber.laws.Observation;
import kleiber.laws.Scale;

/**
 * What a fit would have been on other runs: losses are drawn again by whole clusters (the rows of a
 * run, and the branches of a trunk, share their noise) and the law is fitted again. Deterministic
 * for a seed, whatever the number of threads.
 *
 * <p>Efron and Tibshirani 1993, chapters 6 and 9; for predictions Davison and Hinkley 1997, section
 * 6.3.3.
 *
 * @param fitter the fitter of the first fit
 * @param draws number of resamples
 * @param seed of the draws
 */
public record Bootstrap(LawFitter fitter, int draws, long seed) {
  /** Clusters for each parameter from which clusters themselves are drawn. */
  private static final int MANY = 10;

  /** How often a draw of too few distinct scales is drawn again. */
  private static final int REDRAWS = 100;

  /**
   * Clusters whose residuals are added up. A robust fit passes exactly through about as many rows
   * as it has parameters; dealt out singly, those zeros would make the next fit look more certain
   * than it is.
   */
  private static final int DONORS = 2;

  /** What is drawn anew. */
  public enum Resampling {
    /**
     * Residuals, where there are fewer than ten clusters for each parameter: every cluster keeps
     * its scales and is dealt the residuals of random ones, with random signs, inflated for what
     * the parameters took from them. A grid of twenty runs was chosen; leaving out a corner of it
     * at random, as drawing clusters does, makes intervals a quarter too wide. Supposes noise that
     * is alike at every scale. A handful of trunks whose branches share most of their noise is too
     * few: with five, a 90 % interval held a new run 82 % of the time.
     */
    RESIDUALS,
    /**
     * Clusters with all their rows, where there are more: asks no residuals alike at every scale.
     */
    CLUSTERS,
    /**
     * Clusters among those of the same scales: what other seeds of the same grid would have been.
     */
    CELLS,
    /** Losses drawn about the fitted law, with normal noise of ln L. */
    PARAMETRIC,
    /**
     * Rows, whatever cluster they belong to. Takes rows of one run for independent, and so makes
     * intervals too narrow where they are not: there to be compared with.
     */
    ROWS
  }

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
   * @throws IllegalArgumentException when the fit failed, when there is only one cluster, or when
   *     there are no more observations than parameters, so that nothing is left to measure the
   *     noise with
   */
  public BootstrappedLaw run(FittedLaw fitted, List<Observation> observations) {
    Observations.check(fitted.law(), observations);
    int clusters = Clusters.of(observations, Observation::cluster).size();
    boolean few = clusters < MANY * fitted.theta().length;
    return run(fitted, observations, few ? Resampling.RESIDUALS : Resampling.CLUSTERS);
  }

  /**
   * The same with a chosen way of drawing.
   *
   * @throws IllegalArgumentException also when cells are to be drawn from and no scale was run
   *     twice
   */
  public BootstrappedLaw run(
      FittedLaw fitted, List<Observation> observations, Resampling resampling) {
    Observations.checkFitted(fitted, observations);
    List<int[]> clusters = Clusters.of(observations, Observation::cluster);
    int parameters = fitted.theta().length;
    if (clusters.size() < 2 || observations.size() <= parameters) {
      throw new IllegalArgumentException(
          "The noise of a law of "
              + parameters
              + " parameters cannot be measured with "
              + observations.size()
              + " observations from "
              + clusters.size()
              + " clusters of runs; an interval needs at least "
              + (parameters + 1)
              + " observations from 2 clusters.");
    }
    List<List<int[]>> cells = cells(observations, clusters);
    if (resampling == Resampling.CELLS && cells.size() == clusters.size()) {
      throw new IllegalArgumentException(
          "No scale was run more than once, so there is nothing to draw from within a cell; draw"
              + " RESIDUALS or CLUSTERS, or run several seeds.");
    }
    Noise noise = Noise.of(fitted, observations, clusters);
    Problem problem = new Problem(fitted.law(), fitter.objective(), observations);
    Refitter refitter = new Refitter(problem, fitted.theta(), observations);
    List<int[]> rows =
        IntStream.range(0, observations.size()).mapToObj(i -> new int[] {i}).toList();
    SplittableRandom source = new SplittableRandom(seed);
    List<SplittableRandom> randoms = Stream.generate(source::split).limit(draws).toList();
    double[][] thetas =
        Each.of(randoms)
            .map(
                random ->
                    switch (resampling) {
                      case RESIDUALS -> residuals(problem, fitted, noise, clusters, random);
                      case CLUSTERS -> drawn(problem, List.of(clusters), random);
                      case CELLS -> drawn(problem, cells, random);
                      case PARAMETRIC -> parametric(problem, fitted, noise, random);
                      case ROWS -> drawn(problem, List.of(rows), random);
                    })
            .map(refitter::refit)
            .toArray(double[][]::new);
    return new BootstrappedLaw(
        fitted,
        fitter,
        observations,
        thetas,
        noise.deviation(),
        noise.degreesOfFreedom(),
        resampling);
  }

  /** Clusters by the scales of their rows. */
  private static List<List<int[]>> cells(List<Observation> observations, List<int[]> clusters) {
    Map<List<Scale>, List<int[]>> cells = new LinkedHashMap<>();
    for (int[] cluster : clusters) {
      List<Scale> scales =
          Arrays.stream(cluster).mapToObj(row -> observations.get(row).at()).toList();
      cells.computeIfAbsent(scales, any -> new ArrayList<>()).add(cluster);
    }
    return List.copyOf(cells.values());
  }

  private static Problem parametric(
      Problem problem, FittedLaw fitted, Noise noise, SplittableRandom random) {
    double[] measured = new double[problem.at.length];
    for (int i = 0; i < measured.length; i++) {
      measured[i] =
          fitted.loss(problem.at[i]) * Math.exp(noise.deviation() * random.nextGaussian());
    }
    return problem.measuring(measured);
  }

  private static Problem residuals(
      Problem problem,
      FittedLaw fitted,
      Noise noise,
      List<int[]> clusters,
      SplittableRandom random) {
    double[] measured = new double[problem.at.length];
    for (int[] cluster : clusters) {
      double[] residual = new double[cluster.length];
      for (int drawn = 0; drawn < DONORS; drawn++) {
        int[] donor = clusters.get(random.nextInt(clusters.size()));
        double sign = random.nextBoolean() ? 1 : -1;
        for (int k = 0; k < cluster.length; k++) {
          residual[k] += sign * noise.residuals()[donor[k % donor.length]];
        }
      }
      for (int k = 0; k < cluster.length; k++) {
        double shift = noise.inflation() / Math.sqrt(DONORS) * residual[k];
        measured[cluster[k]] = fitted.loss(problem.at[cluster[k]]) * Math.exp(shift);
      }
    }
    return problem.measuring(measured);
  }

  /** From each stratum as many clusters as it has, with replacement. */
  private static Problem drawn(Problem problem, List<List<int[]>> strata, SplittableRandom random) {
    double[] weight = new double[problem.at.length];
    for (int attempt = 0; attempt < REDRAWS; attempt++) {
      Arrays.fill(weight, 0);
      for (List<int[]> clusters : strata) {
        for (int drawn = 0; drawn < clusters.size(); drawn++) {
          for (int row : clusters.get(random.nextInt(clusters.size()))) {
            weight[row]++;
          }
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
