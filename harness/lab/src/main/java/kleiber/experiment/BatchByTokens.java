package kleiber.experiment;

/**
 * The batch as a power of data: {@code batch = sequences · (D / tokens)^exponent}, with D the
 * tokens of the run; in whole sequences, at least one. The form is eq. 1 of Li et al. 2025
 * (arXiv:2503.04715), which has 0.571.
 *
 * @param tokens D of a run whose batch is known
 * @param sequences batch of that run
 * @param exponent usually positive
 * @param powerOfTwo whether the batch is rounded, in its logarithm, to the nearest power of two:
 *     runs of one shape and batch train in one cohort, so few different batches train faster
 */
public record BatchByTokens(double tokens, double sequences, double exponent, boolean powerOfTwo)
    implements Rule {
  public BatchByTokens {
    if (!(tokens >= 1) || Double.isInfinite(tokens)) {
      throw new IllegalArgumentException("tokens is " + tokens + " but must be at least 1");
    }
    if (!(sequences > 0) || Double.isInfinite(sequences)) {
      throw new IllegalArgumentException("sequences is " + sequences + " but must be positive");
    }
    if (!(Math.abs(exponent) <= 3)) {
      throw new IllegalArgumentException("exponent is " + exponent + " but must be in [-3, 3]");
    }
  }

  @Override
  public String sets() {
    return "batch";
  }

  /** By {@link StrictMath}: the value goes into the id, which must not depend on the machine. */
  @Override
  public double value(Cell cell) {
    double ideal = sequences * StrictMath.pow(cell.get("tokens", Long.class) / tokens, exponent);
    if (!powerOfTwo) {
      return Math.max(1, Math.rint(ideal));
    }
    double below =
        Math.max(1, Double.isFinite(ideal) ? Math.pow(2, Math.getExponent(ideal)) : ideal);
    return ideal > below * StrictMath.sqrt(2) ? 2 * below : below;
  }
}
