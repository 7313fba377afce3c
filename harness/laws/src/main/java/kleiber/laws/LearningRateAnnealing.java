package kleiber.laws;

import java.util.List;

/**
 * L(t) = L0 + A S1(t)^-α − C S2(t): the loss at any step of a run, from its learning rates. S1 is
 * the sum of all learning rates up to t, S2 = Σ_i Σ_(k ≤ i) (η_(k−1) − η_k) λ^(i−k) what they have
 * fallen by, in a memory of M = 1 / (1 − λ) steps. Rises, which are warm-up, count nothing.
 * Parameters in order: L0, A, α, C, M.
 *
 * <p>Tissue, Wang and Wang 2024, <i>Scaling Law with Learning Rate Annealing</i>
 * (arXiv:2408.11029), where λ is chosen and not fitted.
 */
public record LearningRateAnnealing() implements TrajectoryLaw {
  private static final int L0 = 0;
  private static final int A = 1;
  private static final int ALPHA = 2;
  private static final int C = 3;
  private static final int MEMORY = 4;

  private static final List<Parameter> PARAMETERS =
      List.of(
          new Parameter("L0", "nats per token", 0, 14),
          new Parameter("A", "nats per token times summed learning rate^alpha", 1e-3, 1e6),
          new Parameter("alpha", "exponent of the summed learning rate", 0.01, 2),
          new Parameter("C", "nats per token per unit of learning rate and step", 1e-4, 1e6),
          new Parameter("M", "steps that a fall is remembered for", 2, 1e5));

  @Override
  public String formula() {
    return "L(t) = L0 + A S1(t)^-alpha - C S2(t),"
        + " S2 = sum_i sum_(k<=i) (eta_(k-1) - eta_k) (1 - 1/M)^(i-k)";
  }

  @Override
  public String source() {
    return "Tissue et al. 2024, arXiv:2408.11029";
  }

  @Override
  public List<Parameter> parameters() {
    return PARAMETERS;
  }

  @Override
  public int[] amplitudes() {
    return new int[] {L0, A, C};
  }

  @Override
  public double[] typical() {
    return new double[] {2.6, 0.4, 0.5, 2, 1000};
  }

  @Override
  public double loss(LearningRates history, double[] theta) {
    return theta[L0]
        + theta[A] * Math.pow(history.area(), -theta[ALPHA])
        - theta[C] * annealed(history, theta[MEMORY]);
  }

  @Override
  public void gradient(LearningRates history, double[] theta, double[] gradient) {
    double area = history.area();
    gradient[L0] = 1;
    gradient[A] = Math.pow(area, -theta[ALPHA]);
    gradient[ALPHA] = -theta[A] * gradient[A] * Math.log(area);
    gradient[C] = -annealed(history, theta[MEMORY]);
    double lnKept = Math.log1p(-1 / theta[MEMORY]);
    double byMemory = 0;
    for (int piece = 0; piece < history.pieces(); piece++) {
      double fall = history.fall(piece);
      if (fall > 0) {
        double steps = times(history, piece);
        double kept = Math.exp(steps * lnKept);
        byMemory += fall * (1 - kept - kept * steps / (theta[MEMORY] - 1));
      }
    }
    gradient[MEMORY] = -theta[C] * byMemory;
  }

  /** How often a fall in the middle of a piece has been added, from its own step on. */
  private static double times(LearningRates history, int piece) {
    return history.stepsSinceMiddle(piece) + 0.5;
  }

  /** S2. A fall is added at every step from its own, each time a little less of it. */
  private static double annealed(LearningRates history, double memory) {
    double lnKept = Math.log1p(-1 / memory);
    double sum = 0;
    for (int piece = 0; piece < history.pieces(); piece++) {
      double fall = history.fall(piece);
      if (fall > 0) {
        sum -= fall * memory * Math.expm1(times(history, piece) * lnKept);
      }
    }
    return sum;
  }
}
