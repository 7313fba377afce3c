package kleiber.train;

import kleiber.engine.Update;

/**
 * What becomes of the weights after each gradient. Gradients are first scaled down to a highest
 * global norm; decay is decoupled and spares gains and biases.
 */
@Untyped(AdamW.class)
public interface Optimizer {
  /** Peak, multiplied by the schedule. */
  double learningRate();

  /** Times the learning rate: the share of a weight that a step takes away. */
  double weightDecay();

  /** Highest global gradient norm; larger gradients are scaled down to it. */
  double clip();

  /** The same with another peak learning rate. */
  Optimizer withLearningRate(double other);

  /** What it does, for engines. */
  Update.Rule rule();
}
