package kleiber.train;

import java.util.Optional;
import kleiber.data.Settings;

/**
 * Linear warm-up, the peak, and a straight line to {@code finalFraction} of it over the last part
 * of the run (Hu et al. 2024, arXiv:2404.06395; linear as in Hägele et al. 2024, arXiv:2405.18392).
 * Before the decay the learning rate does not depend on the run's length, so runs of many lengths
 * share a trunk. Where warm-up and decay overlap, the lower of the two holds.
 *
 * @param decayFraction share of the run's tokens, at its end, over which the rate decays; in (0, 1]
 * @param finalFraction of the peak, in [0, 1]
 */
public record WarmupStableDecay(long warmupTokens, double decayFraction, double finalFraction)
    implements Schedule {
  public WarmupStableDecay {
    Settings.require(warmupTokens >= 0, "warmupTokens", warmupTokens, "zero or more tokens");
    Settings.require(
        decayFraction > 0 && decayFraction <= 1, "decayFraction", decayFraction, "in (0, 1]");
    Settings.require(
        finalFraction >= 0 && finalFraction <= 1, "finalFraction", finalFraction, "in [0, 1]");
  }

  @Override
  public double at(long tokens, long total) {
    double left = Math.clamp((total - tokens) / (decayFraction * total), 0, 1);
    return Math.min(warmup(tokens), finalFraction + (1 - finalFraction) * left);
  }

  @Override
  public Optional<Schedule> trunk(long total) {
    return warmupTokens < total - decayFraction * total
        ? Optional.of(new Constant(warmupTokens))
        : Optional.empty();
  }
}
