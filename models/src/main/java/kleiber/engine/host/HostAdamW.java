package kleiber.engine.host;

import kleiber.engine.Tensor;
import kleiber.engine.Update;

/** One step of AdamW on a stretch of one member's parameter. */
final class HostAdamW {
  private final float gradientScale;
  private final float beta1;
  private final float beta2;
  private final float rest1;
  private final float rest2;
  private final float rate;
  private final float unbias2;
  private final float epsilon;
  private final float decay;

  HostAdamW(Update update, Update.AdamW rule, int member, Tensor parameter) {
    double learningRate = update.learningRate()[member];
    gradientScale = (float) update.gradientScale()[member];
    beta1 = (float) rule.beta1();
    beta2 = (float) rule.beta2();
    rest1 = (float) (1 - rule.beta1());
    rest2 = (float) (1 - rule.beta2());
    rate =
        (float)
            (learningRate * parameter.rate() / (1 - StrictMath.pow(rule.beta1(), update.step())));
    unbias2 = (float) (1 / (1 - StrictMath.pow(rule.beta2(), update.step())));
    epsilon = (float) rule.epsilon();
    decay = parameter.decays() ? (float) (learningRate * rule.weightDecay()) : 0;
  }

  void run(float[] w, float[] gradient, float[] first, float[] second, int from, int to) {
    for (int i = from; i < to; i++) {
      float g = gradient[i] * gradientScale;
      float m = beta1 * first[i] + rest1 * g;
      float v = beta2 * second[i] + rest2 * g * g;
      first[i] = m;
      second[i] = v;
      w[i] = w[i] - decay * w[i] - rate * m / ((float) Math.sqrt(v * unbias2) + epsilon);
    }
  }
}
