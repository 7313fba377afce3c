package kleiber.laws;

import java.util.List;

/**
 * L(t) = L0 + A S(t)^-α − B Σ_k (η_{k−1} − η_k) G(η_k^-γ S_k(t)), G(x) = 1 − (1 + C x)^-β: the loss
 * at any step of a run, from its learning rates. S(t) is the sum of all learning rates up to t and
 * S_k(t) that of those from k on; the sum begins at the first step of warm-up, with η_0 = 0.
 * Parameters in order: L0, A, α, B, C, β, γ.
 *
 * <p>Luo et al. 2025, <i>A Multi-Power Law for Loss Curve Prediction Across Learning Rate
 * Schedules</i> (arXiv:2503.12811).
 */
public record MultiPower() implements TrajectoryLaw {
  private static final int L0 = 0;
  private static final int A = 1;
  private static final int ALPHA = 2;
  private static final int B = 3;
  private static final int C = 4;
  private static final int BETA = 5;
  private static final int GAMMA = 6;

  private static final List<Parameter> PARAMETERS =
      List.of(
          new Parameter("L0", "nats per token", 0, 14),
          new Parameter("A", "nats per token times summed learning rate^alpha", 1e-3, 1e6),
          new Parameter("alpha", "exponent of the summed learning rate", 0.01, 2),
          new Parameter("B", "nats per token per unit of learning rate", 1e-3, 1e9),
          new Parameter("C", "per unit of learning rate^-gamma times summed one", 1e-4, 1e4),
          new Parameter("beta", "exponent of the progress after a decay", 0.01, 5),
          new Parameter("gamma", "exponent of the learning rate decayed to", 0.01, 2));

  @Override
  public String formula() {
    return "L(t) = L0 + A S(t)^-alpha - B sum_k (eta_(k-1) - eta_k)"
        + " (1 - (1 + C eta_k^-gamma S_k(t))^-beta)";
  }

  @Override
  public String source() {
    return "Luo et al. 2025, arXiv:2503.12811";
  }

  @Override
  public List<Parameter> parameters() {
    return PARAMETERS;
  }

  @Override
  public int[] amplitudes() {
    return new int[] {L0, A, B};
  }

  /** The paper's constants for 25M parameters. */
  @Override
  public double[] typical() {
    return new double[] {3.040, 0.525, 0.508, 363.788, 2.066, 0.583, 0.641};
  }

  @Override
  public double loss(LearningRates history, double[] theta) {
    double area = history.area();
    double gain = 0;
    for (int piece = 0; piece < history.pieces(); piece++) {
      double fall = history.fall(piece);
      if (fall != 0) {
        double x =
            Math.pow(history.middleRate(piece), -theta[GAMMA]) * (area - history.middleArea(piece));
        gain += fall * (1 - Math.pow(1 + theta[C] * x, -theta[BETA]));
      }
    }
    return theta[L0] + theta[A] * Math.pow(area, -theta[ALPHA]) - theta[B] * gain;
  }

  @Override
  public void gradient(LearningRates history, double[] theta, double[] gradient) {
    double area = history.area();
    double gain = 0;
    double byC = 0;
    double byBeta = 0;
    double byGamma = 0;
    for (int piece = 0; piece < history.pieces(); piece++) {
      double fall = history.fall(piece);
      if (fall != 0) {
        double lnRate = Math.log(history.middleRate(piece));
        double x = Math.exp(-theta[GAMMA] * lnRate) * (area - history.middleArea(piece));
        double ln = Math.log(1 + theta[C] * x);
        double left = Math.exp(-theta[BETA] * ln);
        double byX = theta[BETA] * left / (1 + theta[C] * x);
        gain += fall * (1 - left);
        byC += fall * byX * x;
        byBeta += fall * left * ln;
        byGamma -= fall * byX * theta[C] * x * lnRate;
      }
    }
    gradient[L0] = 1;
    gradient[A] = Math.pow(area, -theta[ALPHA]);
    gradient[ALPHA] = -theta[A] * gradient[A] * Math.log(area);
    gradient[B] = -gain;
    gradient[C] = -theta[B] * byC;
    gradient[BETA] = -theta[B] * byBeta;
    gradient[GAMMA] = -theta[B] * byGamma;
  }
}
