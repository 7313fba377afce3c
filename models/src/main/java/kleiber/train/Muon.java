package kleiber.train;

import static kleiber.data.Settings.require;

import kleiber.engine.Update;

/**
 * Muon (Jordan et al. 2024): hidden matrices move along their momentum made orthogonal, all other
 * parameters (tables, head, gains, biases) by AdamW; see {@link Update.Muon}. Its updates have the
 * size of AdamW's, so learning rate and weight decay are one for both (Liu et al. 2025,
 * arXiv:2502.16982).
 *
 * <p>FLOPs of a run do not count what makes a matrix of n by m orthogonal, n the shorter side: 20
 * n² m + 10 n³ a step, at most 5 n / (B·T) of what the matrix costs in the step anyway.
 *
 * @param learningRate peak, multiplied by the schedule
 * @param momentum of hidden matrices, looked along (Nesterov); Jordan's is 0.95
 * @param beta1 of AdamW for the others, and so {@code beta2} and {@code epsilon}
 * @param clip highest global gradient norm, over all parameters; larger gradients are scaled down
 */
public record Muon(
    double learningRate,
    double momentum,
    double beta1,
    double beta2,
    double epsilon,
    double weightDecay,
    double clip)
    implements Optimizer {
  public Muon {
    OptimizerSettings.requireLearningRate(learningRate);
    OptimizerSettings.requireShare("momentum", momentum);
    OptimizerSettings.requireShare("beta1", beta1);
    OptimizerSettings.requireShare("beta2", beta2);
    require(epsilon > 0 && Double.isFinite(epsilon), "epsilon", epsilon, "positive and finite");
    OptimizerSettings.requireDecay(weightDecay);
    OptimizerSettings.requireClip(clip);
  }

  @Override
  public Muon withLearningRate(double other) {
    return new Muon(other, momentum, beta1, beta2, epsilon, weightDecay, clip);
  }

  @Override
  public Update.Muon rule() {
    return new Update.Muon(momentum, new Update.AdamW(beta1, beta2, epsilon, weightDecay));
  }
}
