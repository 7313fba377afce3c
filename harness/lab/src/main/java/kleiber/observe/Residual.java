package kleiber.observe;

import kleiber.laws.Observation;

/**
 * A row beside what a law says of it.
 *
 * @param measured the row
 * @param predicted by the law, nats per token
 */
public record Residual(Observation measured, double predicted) {
  /** Predicted over measured loss, less one. */
  public double relativeError() {
    return predicted / measured.loss() - 1;
  }
}
