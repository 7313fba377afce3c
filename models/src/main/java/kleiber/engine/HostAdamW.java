package kleiber.engine;

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

  HostAdamW(Kernels.AdamWStep step, int member, boolean decays) {
    double b1 = step.beta1()[member];
    double b2 = step.beta2()[member];
    double learningRate = step.learningRate()[member];
    gradientScale = (float) step.gradientScale()[member];
    beta1 = (float) b1;
    beta2 = (float) b2;
    rest1 = (float) (1 - b1);
    rest2 = (float) (1 - b2);
    rate = (float) (learningRate / (1 - StrictMath.pow(b1, step.step())));
    unbias2 = (float) (1 / (1 - StrictMath.pow(b2, step.step())));
    epsilon = (float) step.epsilon()[member];
    decay = decays ? (float) (learningRate * step.weightDecay()[member]) : 0;
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
