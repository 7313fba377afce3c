package kleiber.train;

import static kleiber.data.Settings.require;

import kleiber.engine.Update;

/**
 * AdamW with decoupled weight decay (none on gains and biases) and clipping of the global gradient
 * norm, see {@link Update.AdamW}.
 *
 * @param learningRate peak, multiplied by the schedule
 * @param clip highest global gradient norm; larger gradients are scaled down to it
 */
public record AdamW(
    double learningRate,
    double beta1,
    double beta2,
    double epsilon,
    double weightDecay,
    double clip)
    implements Optimizer {
  public AdamW {
    OptimizerSettings.requireLearningRate(learningRate);
    OptimizerSettings.requireShare("beta1", beta1);
    OptimizerSettings.requireShare("beta2", beta2);
    require(epsilon > 0 && Double.isFinite(epsilon), "epsilon", epsilon, "positive and finite");
    OptimizerSettings.requireDecay(weightDecay);
    OptimizerSettings.requireClip(clip);
  }

  @Override
  public AdamW withLearningRate(double other) {
    return new AdamW(other, beta1, beta2, epsilon, weightDecay, clip);
  }

  @Override
  public Update.AdamW rule() {
    return new Update.AdamW(beta1, beta2, epsilon, weightDecay);
  }
}
