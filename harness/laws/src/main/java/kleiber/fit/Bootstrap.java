package kleiber.fit;

import java.util.List;
import java.util.Objects;
import kleiber.laws.Observation;

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
    return run(fitted, observations, usual(fitted, observations));
  }

  /**
   * The same resamples in parts, for those who must not wait; {@link #draws} is theirs to ask for.
   */
  public Resampler resampler(FittedLaw fitted, List<Observation> observations) {
    return new Resampler(fitter, seed, fitted, observations, usual(fitted, observations));
  }

  private static Resampling usual(FittedLaw fitted, List<Observation> observations) {
    Observations.check(fitted.law(), observations);
    int clusters = Clusters.of(observations, Observation::cluster).size();
    boolean few = clusters < MANY * fitted.theta().length;
    return few ? Resampling.RESIDUALS : Resampling.CLUSTERS;
  }

  /**
   * The same with a chosen way of drawing.
   *
   * @throws IllegalArgumentException also when cells are to be drawn from and no scale was run
   *     twice
   */
  public BootstrappedLaw run(
      FittedLaw fitted, List<Observation> observations, Resampling resampling) {
    Resampler resampler = new Resampler(fitter, seed, fitted, observations, resampling);
    resampler.more(draws);
    return resampler.law();
  }
}
