package kleiber.laws;

import java.util.List;

/**
 * Err(L) = ε − k e^(-γ L): the mean top-1 error over downstream tasks of a model with a held-out
 * loss of L. The value is an error in [0, 1], not a loss. Parameters in order: ε, k, γ.
 *
 * <p>Gadre et al. 2024, <i>Language Models Scale Reliably with Over-Training and on Downstream
 * Tasks</i> (arXiv:2403.08540), eq. 5.
 */
public record ErrorFromLoss() implements LinearInAmplitudes, Typical {
  private static final int EPSILON = 0;
  private static final int K = 1;
  private static final int GAMMA = 2;

  private static final Axis L = new Axis("loss", "nats per token of the model", 2, 5);

  private static final List<Parameter> PARAMETERS =
      List.of(
          new Parameter("epsilon", "error of guessing", 1e-3, 1),
          new Parameter("k", "error", 1e-3, 1e6),
          new Parameter("gamma", "per nat per token", 0.01, 10));

  @Override
  public String formula() {
    return "Err = epsilon - k exp(-gamma L)";
  }

  @Override
  public String source() {
    return "Gadre et al. 2024, arXiv:2403.08540, eq. 5";
  }

  @Override
  public List<Parameter> parameters() {
    return PARAMETERS;
  }

  @Override
  public List<Axis> axes() {
    return List.of(L);
  }

  /** RedPajama, 17 tasks, as refitted to the published runs. */
  @Override
  public double[] typical() {
    return new double[] {0.857, 2.21, 0.715};
  }

  @Override
  public int[] amplitudes() {
    return new int[] {EPSILON, K};
  }

  @Override
  public double loss(Scale at, double[] theta) {
    return theta[EPSILON] - theta[K] * Math.exp(-theta[GAMMA] * L.of(at));
  }

  @Override
  public void gradient(Scale at, double[] theta, double[] gradient) {
    double loss = L.of(at);
    gradient[EPSILON] = 1;
    gradient[K] = -Math.exp(-theta[GAMMA] * loss);
    gradient[GAMMA] = -theta[K] * gradient[K] * loss;
  }
}
