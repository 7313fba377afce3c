package kleiber.engine.host;

import kleiber.engine.Tensor;
import kleiber.engine.Update;

/** One step of gradient descent with momentum on a stretch of one member's parameter. */
final class HostSgd {
  private final float gradientScale;
  private final float momentum;
  private final boolean nesterov;
  private final float rate;
  private final float decay;

  HostSgd(Update update, Update.Sgd rule, int member, Tensor parameter) {
    double learningRate = update.learningRate()[member];
    gradientScale = (float) update.gradientScale()[member];
    momentum = (float) rule.momentum();
    nesterov = rule.nesterov();
    rate = (float) (learningRate * parameter.rate());
    decay = parameter.decays() ? (float) (learningRate * rule.weightDecay()) : 0;
  }

  void run(float[] w, float[] gradient, float[] first, int from, int to) {
    for (int i = from; i < to; i++) {
      float g = gradient[i] * gradientScale;
      float m = momentum * first[i] + g;
      first[i] = m;
      float direction = nesterov ? g + momentum * m : m;
      w[i] = w[i] - decay * w[i] - rate * direction;
    }
  }
}
