package kleiber.train;

import kleiber.engine.Update;

/**
 * Stochastic gradient descent with momentum and decoupled weight decay, see {@link Update.Sgd}.
 *
 * @param learningRate peak, multiplied by the schedule
 * @param momentum 0 for none
 * @param nesterov whether a step looks ahead along the momentum
 * @param clip highest global gradient norm; larger gradients are scaled down to it
 */
public record Sgd(
    double learningRate, double momentum, boolean nesterov, double weightDecay, double clip)
    implements Optimizer {
  public Sgd {
    OptimizerSettings.requireLearningRate(learningRate);
    OptimizerSettings.requireShare("momentum", momentum);
    OptimizerSettings.requireDecay(weightDecay);
    OptimizerSettings.requireClip(clip);
    if (nesterov && momentum == 0) {
      throw new IllegalArgumentException(
          "nesterov looks ahead along the momentum, but momentum is 0: give one, or say nesterov:"
              + " false");
    }
  }

  @Override
  public Sgd withLearningRate(double other) {
    return new Sgd(other, momentum, nesterov, weightDecay, clip);
  }

  @Override
  public Update.Sgd rule() {
    return new Update.Sgd(momentum, nesterov, weightDecay);
  }
}
