package kleiber.train;

import kleiber.data.Settings;

/**
 * Linear warm-up, then half a cosine (Loshchilov and Hutter 2016, arXiv:1608.03983, eq. 5, one
 * cycle) to {@code finalFraction} of the peak at the last token. The learning rate before the end
 * depends on the run's length: a checkpoint inside is no substitute for a shorter run.
 *
 * @param finalFraction of the peak, in [0, 1]
 */
public record Cosine(long warmupTokens, double finalFraction) implements Schedule {
  public Cosine {
    Settings.require(warmupTokens >= 0, "warmupTokens", warmupTokens, "zero or more tokens");
    Settings.require(
        finalFraction >= 0 && finalFraction <= 1, "finalFraction", finalFraction, "in [0, 1]");
  }

  @Override
  public double at(long tokens, long total) {
    if (tokens < warmupTokens) {
      return warmup(tokens);
    }
    double done = tokens < total ? (double) (tokens - warmupTokens) / (total - warmupTokens) : 1;
    return finalFraction + (1 - finalFraction) * (1 + StrictMath.cos(Math.PI * done)) / 2;
  }
}
