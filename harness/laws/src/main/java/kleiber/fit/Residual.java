package kleiber.fit;

/** In what an objective compares a predicted with a measured loss. */
public enum Residual {
  /** ln predicted − ln measured: relative error. */
  LOGARITHM,
  /** predicted − measured, nats per token. */
  LOSS,
  /** predicted − measured in units of the measured loss's own standard error. */
  STANDARD_ERRORS;

  /** The residual of a row; its standard error is asked only where it is the unit. */
  public double of(double predicted, double measured, double standardError) {
    return switch (this) {
      case LOGARITHM -> Math.log(predicted / measured);
      case LOSS -> predicted - measured;
      case STANDARD_ERRORS -> (predicted - measured) / standardError;
    };
  }
}
