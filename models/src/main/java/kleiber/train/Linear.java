package kleiber.train;

/**
 * Linear warm-up, then a straight line to {@code finalFraction} of the peak at the last token.
 *
 * @param finalFraction of the peak, in [0, 1]
 */
public record Linear(long warmupTokens, double finalFraction) implements Schedule {
  public Linear {
    Settings.requireWarmup(warmupTokens);
    Settings.requireFraction("finalFraction", finalFraction);
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
