package kleiber.fit;

/**
 * The negative logarithm of Student's t density of ln predicted − ln measured, less its value at
 * zero: squares for small residuals, logarithms for large ones, so that a run that went wrong
 * hardly counts. The scale can be fitted with the law: {@link MaximumLikelihood}.
 *
 * <p>Lange, Little and Taylor 1989.
 *
 * @param degreesOfFreedom of the t distribution; 4 is usual, large ones are least squares
 * @param scale of the noise, in units of ln L
 */
public record StudentT(double degreesOfFreedom, double scale) implements Objective {
  public StudentT {
    if (!(degreesOfFreedom > 0)) {
      throw new IllegalArgumentException(
          "degreesOfFreedom is " + degreesOfFreedom + " but must be positive; 4 is usual");
    }
    if (!(scale > 0) || Double.isInfinite(scale)) {
      throw new IllegalArgumentException(
          "scale is " + scale + " but must be positive: the usual size of a residual of ln L");
    }
  }

  private double relative(double residual) {
    double z = residual / scale;
    return z * z / degreesOfFreedom;
  }

  @Override
  public double cost(double residual) {
    return (degreesOfFreedom + 1) / 2 * Math.log1p(relative(residual));
  }

  @Override
  public double slope(double residual) {
    return pull(residual) * residual;
  }

  @Override
  public double curvature(double residual) {
    double relative = relative(residual);
    return pull(residual) * (1 - relative) / (1 + relative);
  }

  /** Slope by residual. */
  private double pull(double residual) {
    return (degreesOfFreedom + 1) / (degreesOfFreedom * scale * scale) / (1 + relative(residual));
  }

  @Override
  public String describe() {
    return "Student's t(" + degreesOfFreedom + ") of scale " + scale + " on ln L";
  }
}
