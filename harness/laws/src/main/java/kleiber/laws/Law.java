package kleiber.laws;

import java.util.List;

/**
 * A scaling law: the loss as a function of scale. One record per law, in this package; the package
 * is the registry.
 */
public interface Law {
  /** The formula, as a reader would write it. */
  String formula();

  /** The paper, and the equation where its number is sure. */
  String source();

  List<Parameter> parameters();

  /** Loss in nats per token at a scale. */
  double loss(Scale at, double[] theta);

  /** Writes the derivatives of {@link #loss} by each parameter into {@code gradient}. */
  void gradient(Scale at, double[] theta, double[] gradient);

  /**
   * The law at fixed scales. Worth overriding only where something costly, such as a logarithm,
   * depends on the scale alone; values and derivatives stay those of {@link #loss} and {@link
   * #gradient}.
   */
  default BoundLaw over(List<Scale> scales) {
    Scale[] at = scales.toArray(Scale[]::new);
    return (row, theta, gradient) -> {
      gradient(at[row], theta, gradient);
      return loss(at[row], theta);
    };
  }

  /** Whether the law has a term for training on the same tokens more than once. */
  default boolean modelsRepetition() {
    return false;
  }
}
