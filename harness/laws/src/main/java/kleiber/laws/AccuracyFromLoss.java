package kleiber.laws;

import java.util.List;

/**
 * Acc(L) = b + a / (1 + e^(k (L − L0))): the accuracy on a task of a model with a loss of L on the
 * task's right answers, from guessing at high loss up to a ceiling. The value is an accuracy in [0,
 * 1], not a loss. Parameters in order: b, a, k, L0.
 *
 * <p>Bhagia et al. 2024, <i>Establishing Task Scaling Laws via Compute-Efficient Model Ladders</i>
 * (arXiv:2412.04403); sign of k so that it is positive.
 */
public record AccuracyFromLoss() implements LinearInAmplitudes, Typical {
  private static final int B = 0;
  private static final int A = 1;
  private static final int K = 2;
  private static final int L0 = 3;

  private static final Axis L = new Axis("loss", "nats per token of the right answers", 0.3, 3);

  private static final List<Parameter> PARAMETERS =
      List.of(
          new Parameter("b", "accuracy of guessing", 1e-3, 1),
          new Parameter("a", "accuracy", 1e-3, 1),
          new Parameter("k", "per nat", 0.05, 50),
          new Parameter("L0", "nats, middle of the rise", 0.01, 14));

  @Override
  public String formula() {
    return "Acc = b + a / (1 + exp(k (L - L0)))";
  }

  @Override
  public String source() {
    return "Bhagia et al. 2024, arXiv:2412.04403";
  }

  @Override
  public List<Parameter> parameters() {
    return PARAMETERS;
  }

  @Override
  public List<Axis> axes() {
    return List.of(L);
  }

  @Override
  public double[] typical() {
    return new double[] {0.25, 0.7, 3, 1.2};
  }

  @Override
  public int[] amplitudes() {
    return new int[] {B, A};
  }

  @Override
  public double loss(Scale at, double[] theta) {
    return theta[B] + theta[A] / (1 + Math.exp(theta[K] * (L.of(at) - theta[L0])));
  }

  @Override
  public void gradient(Scale at, double[] theta, double[] gradient) {
    double distance = L.of(at) - theta[L0];
    double share = 1 / (1 + Math.exp(theta[K] * distance));
    double slope = theta[A] * share * (1 - share);
    gradient[B] = 1;
    gradient[A] = share;
    gradient[K] = -slope * distance;
    gradient[L0] = slope * theta[K];
  }
}
