package kleiber.laws;

import java.util.List;

/**
 * δ = C D^γ_D N^-γ_N e^(-P/γ): what rounding the weights of a trained model to P bits adds to its
 * loss; more, the more tokens it was trained on. Parameters in order: C, γ_D, γ_N, γ.
 *
 * <p>Kumar et al. 2024, <i>Scaling Laws for Precision</i> (arXiv:2411.04330).
 */
public record PostTrainingQuantization() implements LinearInAmplitudes, Typical {
  private static final int C = 0;
  private static final int GAMMA_D = 1;
  private static final int GAMMA_N = 2;
  private static final int GAMMA = 3;

  private static final Axis N = Axis.params(3e7, 1e9);
  private static final Axis D = Axis.tokens(1e9, 1e11);
  private static final Axis BITS =
      new Axis("postTrainingBits", "bits of a weight after rounding", 3, 6);

  private static final List<Parameter> PARAMETERS =
      List.of(
          new Parameter("C", "nats per token", 1e-10, 1e10),
          new Parameter("gamma_D", "exponent of tokens", 0.01, 2),
          new Parameter("gamma_N", "exponent of parameters", 0.01, 2),
          new Parameter("gamma", "bits", 0.1, 10));

  @Override
  public String formula() {
    return "delta = C D^gamma_D N^-gamma_N exp(-P/gamma)";
  }

  @Override
  public String source() {
    return "Kumar et al. 2024, arXiv:2411.04330";
  }

  @Override
  public List<Parameter> parameters() {
    return PARAMETERS;
  }

  @Override
  public List<Axis> axes() {
    return List.of(N, D, BITS);
  }

  @Override
  public double[] typical() {
    return new double[] {0.06, 0.5, 0.5, 0.6};
  }

  @Override
  public int[] amplitudes() {
    return new int[] {C};
  }

  @Override
  public double loss(Scale at, double[] theta) {
    return theta[C]
        * Math.exp(
            theta[GAMMA_D] * Math.log(at.tokens())
                - theta[GAMMA_N] * Math.log(at.params())
                - BITS.of(at) / theta[GAMMA]);
  }

  @Override
  public void gradient(Scale at, double[] theta, double[] gradient) {
    double loss = loss(at, theta);
    gradient[C] = loss / theta[C];
    gradient[GAMMA_D] = loss * Math.log(at.tokens());
    gradient[GAMMA_N] = -loss * Math.log(at.params());
    gradient[GAMMA] = loss * BITS.of(at) / (theta[GAMMA] * theta[GAMMA]);
  }
}
