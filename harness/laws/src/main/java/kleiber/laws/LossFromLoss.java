package kleiber.laws;

import java.util.List;

/**
 * L_y(L_x) = E_y + K (L_x − E_x)^κ: the loss of a model on one text, or of a model trained on one
 * corpus, from the loss of the model of the same size and compute on another. What lies above the
 * floors is a power of the other; κ is the ratio of the two exponents of compute. A loss at or
 * below E_x is mapped to E_y. Parameters in order: E_y, K, κ, E_x.
 *
 * <p>Brandfonbrener et al. 2024, <i>Loss-to-Loss Prediction: Scaling Laws for All Datasets</i>
 * (arXiv:2411.12925).
 */
public record LossFromLoss() implements LinearInAmplitudes, Typical {
  private static final int FLOOR = 0;
  private static final int K = 1;
  private static final int KAPPA = 2;
  private static final int OTHER_FLOOR = 3;

  private static final Axis L = new Axis("loss", "nats per token on the other text", 2.5, 5);

  private static final List<Parameter> PARAMETERS =
      List.of(
          new Parameter("E_y", "nats per token", 0, 14),
          new Parameter("K", "nats per token to the power 1 - kappa", 1e-3, 1e3),
          new Parameter("kappa", "exponent of the excess over the floor", 0.1, 5),
          new Parameter("E_x", "nats per token on the other text", 0, 14));

  @Override
  public String formula() {
    return "L_y = E_y + K (L_x - E_x)^kappa";
  }

  @Override
  public String source() {
    return "Brandfonbrener et al. 2024, arXiv:2411.12925";
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
    return new double[] {1.4, 0.9, 1.1, 1.8};
  }

  @Override
  public int[] amplitudes() {
    return new int[] {FLOOR, K};
  }

  @Override
  public double loss(Scale at, double[] theta) {
    double excess = L.of(at) - theta[OTHER_FLOOR];
    return excess > 0 ? theta[FLOOR] + theta[K] * Math.pow(excess, theta[KAPPA]) : theta[FLOOR];
  }

  @Override
  public void gradient(Scale at, double[] theta, double[] gradient) {
    double excess = L.of(at) - theta[OTHER_FLOOR];
    boolean above = excess > 0;
    gradient[FLOOR] = 1;
    gradient[K] = above ? Math.pow(excess, theta[KAPPA]) : 0;
    gradient[KAPPA] = above ? theta[K] * gradient[K] * Math.log(excess) : 0;
    gradient[OTHER_FLOOR] =
        above ? -theta[K] * theta[KAPPA] * Math.pow(excess, theta[KAPPA] - 1) : 0;
  }
}
