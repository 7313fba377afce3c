package kleiber.train;

import static kleiber.data.Settings.require;

/**
 * AdamW with decoupled weight decay (none on gains and biases) and clipping of the global gradient
 * norm.
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
    double clip) {
  public AdamW {
    require(
        learningRate > 0 && learningRate < 100,
        "learningRate",
        learningRate,
        "above 0 and below 100");
    require(beta1 >= 0 && beta1 < 1, "beta1", beta1, "in [0, 1)");
    require(beta2 >= 0 && beta2 < 1, "beta2", beta2, "in [0, 1)");
    require(epsilon > 0 && Double.isFinite(epsilon), "epsilon", epsilon, "positive and finite");
    require(
        weightDecay >= 0 && Double.isFinite(weightDecay),
        "weightDecay",
        weightDecay,
        "zero or more, and finite");
    require(clip > 0, "clip", clip, "positive");
  }
}
