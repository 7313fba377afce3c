package kleiber.fit;

/**
 * What a fit minimises: the sum over observations of a function of predicted and measured loss. One
 * record per objective, in this package. The objective is part of every result.
 */
public interface Objective {
  /** What one observation adds. */
  double cost(double predicted, double measured);

  /** The derivative of {@link #cost} by the predicted loss. */
  double slope(double predicted, double measured);

  /** Name and settings, as printed in reports, such as {@code Huber(1e-3) on ln L}. */
  String describe();
}
