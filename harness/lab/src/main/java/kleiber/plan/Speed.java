package kleiber.plan;

/**
 * How long the parts of a training take.
 *
 * @param step seconds of one step of a whole cohort
 * @param heldOutToken seconds of scoring one held-out token for a whole cohort
 */
record Speed(double step, double heldOutToken) {
  /** FLOPs of forward and backward over those of forward alone. */
  static final double BACKWARD_TOO = 3;

  /** Of a step, with held-out tokens at the forward pass's share of it. */
  static Speed ofStep(double seconds, double tokensPerStep) {
    return new Speed(seconds, seconds / BACKWARD_TOO / tokensPerStep);
  }

  Speed times(double factor) {
    return new Speed(factor * step, factor * heldOutToken);
  }
}
