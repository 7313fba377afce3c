package kleiber.fit;

/** How a fit ended. Every one but CONVERGED comes with a sentence for the user. */
public enum Outcome {
  CONVERGED,
  /** A parameter lies on the bound of its range. */
  BOUND_HIT,
  /**
   * The data do not determine the parameters: fewer points than parameters, one N, one D, or a flat
   * valley.
   */
  NOT_IDENTIFIED,
  /** No start led to a finite optimum. */
  FAILED
}
