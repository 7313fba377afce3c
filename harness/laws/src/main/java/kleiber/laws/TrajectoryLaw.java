package kleiber.laws;

import java.util.List;

/**
 * A law of the whole learning-rate history: the loss at any step of a run, under any schedule. One
 * record per law, in this package.
 */
public interface TrajectoryLaw {
  /** The formula, as a reader would write it. */
  String formula();

  /** The paper and the equation number. */
  String source();

  List<Parameter> parameters();

  /** Which of {@link #parameters} the loss is linear in, as for {@link LinearInAmplitudes}. */
  int[] amplitudes();

  /** Constants of the size that studies find, in the order of {@link #parameters}. */
  double[] typical();

  /**
   * Loss in nats per token.
   *
   * @param history learning rates up to the moment of the loss
   */
  double loss(LearningRates history, double[] theta);

  /** Writes the derivatives of {@link #loss} by each parameter into {@code gradient}. */
  void gradient(LearningRates history, double[] theta, double[] gradient);
}
