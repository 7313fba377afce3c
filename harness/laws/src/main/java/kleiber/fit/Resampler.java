package kleiber.fit;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import kleiber.fit.Bootstrap.Resampling;
import kleiber.laws.Observation;
import kleiber.laws.Scale;

/**
 * Draws resamples and fits the law to them, as many at a time as one likes: those of a seed are the
 * same in one part or in many.
 */
public final class Resampler {
  /** How often a draw of too few distinct scales is drawn again. */
  private static final int REDRAWS = 100;

  /**
   * Clusters whose residuals are added up. A robust fit passes exactly through about as many rows
   * as it has parameters; dealt out singly, those zeros would make the next fit look more certain
   * than it is.
   */
  private static final int DONORS = 2;

  private final LawFitter fitter;
  private final FittedLaw fitted;
  private final List<Observation> observations;
  private final Resampling resampling;
  private final List<int[]> clusters;
  private final List<List<int[]>> cells;
  private final List<int[]> rows;
  private final Noise noise;
  private final Problem problem;
  private final Refitter refitter;
  private final SplittableRandom source;
  private final List<double[]> thetas = new ArrayList<>();

  /** As {@link Bootstrap#run} says. */
  Resampler(
      LawFitter fitter,
      long seed,
      FittedLaw fitted,
      List<Observation> observations,
      Resampling resampling) {
    this.fitter = fitter;
    this.fitted = fitted;
    this.observations = observations;
    this.resampling = resampling;
    Observations.checkFitted(fitted, observations);
    clusters = Clusters.of(observations, Observation::cluster);
    int parameters = fitted.theta().length;
    if (clusters.size() < 2 || observations.size() <= parameters) {
      throw new IllegalArgumentException(
          "The noise of a law of "
              + parameters
              + " parameters cannot be measured with "
              + count(observations.size(), "observation")
              + " from "
              + count(clusters.size(), "cluster")
              + " of runs; an interval needs at least "
              + (parameters + 1)
              + " observations from 2 clusters.");
    }
    cells = cells(observations, clusters);
    if (resampling == Resampling.CELLS && cells.size() == clusters.size()) {
      throw new IllegalArgumentException(
          "No scale was run more than once, so there is nothing to draw from within a cell; draw"
              + " RESIDUALS or CLUSTERS, or run several seeds.");
    }
    rows = IntStream.range(0, observations.size()).mapToObj(i -> new int[] {i}).toList();
    noise = Noise.of(fitted, observations, clusters);
    problem = new Problem(fitted.law(), fitter.objective(), observations);
    refitter = new Refitter(problem, fitted.theta(), observations);
    source = new SplittableRandom(seed);
  }

  private static String count(int number, String what) {
    return number + " " + what + (number == 1 ? "" : "s");
  }

  /**
   * Fits the law to further resamples.
   *
   * @return how many there are now
   */
  public int more(int draws) {
    List<SplittableRandom> randoms = Stream.generate(source::split).limit(draws).toList();
    thetas.addAll(Each.of(randoms).map(this::drawn).map(refitter::refit).toList());
    return thetas.size();
  }

  /** The law with the resamples so far. */
  public BootstrappedLaw law() {
    return new BootstrappedLaw(
        fitted,
        fitter,
        observations,
        thetas.toArray(double[][]::new),
        noise.deviation(),
        noise.degreesOfFreedom(),
        resampling);
  }

  private Problem drawn(SplittableRandom random) {
    return switch (resampling) {
      case RESIDUALS -> residuals(random);
      case CLUSTERS -> drawn(List.of(clusters), random);
      case CELLS -> drawn(cells, random);
      case PARAMETRIC -> parametric(random);
      case ROWS -> drawn(List.of(rows), random);
    };
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

  private Problem parametric(SplittableRandom random) {
    double[] measured = new double[problem.at.length];
    for (int i = 0; i < measured.length; i++) {
      measured[i] =
          fitted.loss(problem.at[i]) * Math.exp(noise.deviation() * random.nextGaussian());
    }
    return problem.measuring(measured);
  }

  private Problem residuals(SplittableRandom random) {
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
  private Problem drawn(List<List<int[]>> strata, SplittableRandom random) {
    double[] weight = new double[problem.at.length];
    for (int attempt = 0; attempt < REDRAWS; attempt++) {
      Arrays.fill(weight, 0);
      for (List<int[]> stratum : strata) {
        for (int drawn = 0; drawn < stratum.size(); drawn++) {
          for (int row : stratum.get(random.nextInt(stratum.size()))) {
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
