package kleiber.experiment;

/**
 * Warms up for a fixed fraction of each run: {@code schedule.warmupTokens = fraction · tokens},
 * rounded to a whole token.
 *
 * @param fraction of the run, in (0, 1)
 */
public record WarmupFraction(double fraction) implements Rule {
  public WarmupFraction {
    if (!(fraction > 0 && fraction < 1)) {
      throw new IllegalArgumentException("fraction is " + fraction + " but must be in (0, 1)");
    }
  }

  @Override
  public String sets() {
    return "schedule.warmupTokens";
  }

  @Override
  public double value(Cell cell) {
    return Math.rint(fraction * cell.get("tokens", Long.class));
  }
}
