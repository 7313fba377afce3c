package kleiber.laws;

/**
 * A law at fixed scales, for a fitter that asks about the same rows thousands of times: what
 * depends on the scales alone is computed once, in {@link Law#over}.
 */
@FunctionalInterface
public interface BoundLaw {
  /**
   * Writes the derivatives of a row's loss by each parameter into {@code gradient}.
   *
   * @return the row's loss, nats per token
   */
  double gradient(int row, double[] theta, double[] gradient);
}
