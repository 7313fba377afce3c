package kleiber.train;

import kleiber.data.Settings;

/**
 * Linear warm-up, then a straight line to {@code finalFraction} of the peak at the last token.
 *
 * @param finalFraction of the peak, in [0, 1]
 */
public record Linear(long warmupTokens, double finalFraction) implements Schedule {
  public Linear {
    Settings.require(warmupTokens >= 0, "warmupTokens", warmupTokens, "zero or more tokens");
    Settings.require(
        finalFraction >= 0 && finalFraction <= 1, "finalFraction", finalFraction, "in [0, 1]");
  }

  @Override
  public double at(long tokens, long total) {
    if (tokens < warmupTokens) {
      return warmup(tokens);
    }
    double left = tokens < total ? (double) (total - tokens) / (total - warmupTokens) : 0;
    return finalFraction + (1 - finalFraction) * left;
  }
}
