package kleiber.train;

import java.util.Optional;
import kleiber.data.Settings;

/** Linear warm-up, then the peak learning rate to the end. */
public record Constant(long warmupTokens) implements Schedule {
  public Constant {
    Settings.require(warmupTokens >= 0, "warmupTokens", warmupTokens, "zero or more tokens");
  }

  @Override
  public double at(long tokens, long total) {
    return warmup(tokens);
  }

  @Override
  public Optional<Schedule> trunk(long total) {
    return warmupTokens < total ? Optional.of(this) : Optional.empty();
  }
}
