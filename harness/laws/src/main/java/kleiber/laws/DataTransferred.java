package kleiber.laws;

import java.util.List;

/**
 * D_T = k S^α N^β: how many tokens of the task itself pre-training was worth to a model of N
 * parameters that was fine-tuned on S tokens. The value is a number of tokens, not a loss.
 * Parameters in order: k, α, β.
 *
 * <p>Hernandez et al. 2021, <i>Scaling Laws for Transfer</i> (arXiv:2102.01293), eq. 1.1.
 */
public record DataTransferred() implements LinearInAmplitudes, Typical {
  private static final int K = 0;
  private static final int ALPHA = 1;
  private static final int BETA = 2;

  private static final Axis N = Axis.params(1e6, 1e9);
  private static final Axis TUNING = new Axis("fineTuning", "tokens of the task itself", 1e5, 1e9);

  private static final List<Parameter> PARAMETERS =
      List.of(
          new Parameter("k", "tokens", 1e-6, 1e15),
          new Parameter("alpha", "exponent of fine-tuning tokens", 0.01, 2),
          new Parameter("beta", "exponent of parameters", 0.01, 2));

  @Override
  public String formula() {
    return "D_T = k S^alpha N^beta";
  }

  @Override
  public String source() {
    return "Hernandez et al. 2021, arXiv:2102.01293, eq. 1.1";
  }

  @Override
  public List<Parameter> parameters() {
    return PARAMETERS;
  }

  @Override
  public List<Axis> axes() {
    return List.of(N, TUNING);
  }

  /** The paper's constants from text to Python. */
  @Override
  public double[] typical() {
    return new double[] {1.9e4, 0.18, 0.38};
  }

  @Override
  public int[] amplitudes() {
    return new int[] {K};
  }

  @Override
  public double loss(Scale at, double[] theta) {
    return theta[K] * Math.pow(TUNING.of(at), theta[ALPHA]) * Math.pow(at.params(), theta[BETA]);
  }

  @Override
  public void gradient(Scale at, double[] theta, double[] gradient) {
    double value = loss(at, theta);
    gradient[K] = value / theta[K];
    gradient[ALPHA] = value * Math.log(TUNING.of(at));
    gradient[BETA] = value * Math.log(at.params());
  }
}
