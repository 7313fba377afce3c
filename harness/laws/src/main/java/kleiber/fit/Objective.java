package kleiber.fit;

/**
 * What a fit minimises: the sum over observations of a function of their residuals. One record per
 * objective, in this package. The objective is part of every result.
 */
public interface Objective {
  /** What {@code residual} means below. */
  default Residual residual() {
    return Residual.LOGARITHM;
  }

  /** What one observation adds: zero at residual zero, positive elsewhere. */
  double cost(double residual);

  /** The first derivative of {@link #cost}. */
  double slope(double residual);

  /** The second derivative of {@link #cost}; at a kink, that of either side. */
  double curvature(double residual);

  /**
   * The residual up to which the objective is a parabola and beyond which it is a line: near zero a
   * solver sees a kink, and has to come to it by way of {@link #rounded}. Infinite where the second
   * derivative tells a solver enough.
   */
  default double width() {
    return Double.POSITIVE_INFINITY;
  }

  /** The same objective with its kink rounded off up to a wider {@link #width}. */
  default Objective rounded(double width) {
    return this;
  }

  /** Name and settings, as printed in reports, such as {@code Huber(1e-3) on ln L}. */
  String describe();
}
