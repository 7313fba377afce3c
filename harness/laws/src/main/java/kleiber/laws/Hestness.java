package kleiber.laws;

import java.util.List;

/**
 * ε(m) = γ + α m^-β: generalization error over the size of the training set, in the region where a
 * power law holds, above the irreducible error γ. Hestness et al. write the exponent as the
 * negative number itself. Parameters in order: γ, α, β.
 *
 * <p>Hestness et al. 2017, <i>Deep Learning Scaling is Predictable, Empirically</i>
 * (arXiv:1712.00409).
 */
public record Hestness() implements LinearInAmplitudes, Typical {
  private static final int GAMMA = 0;
  private static final int ALPHA = 1;
  private static final int BETA = 2;

  private static final Axis D = Axis.tokens(1e6, 1e9);

  private static final List<Parameter> PARAMETERS =
      List.of(
          new Parameter("gamma", "nats per token", 0, 14),
          new Parameter("alpha", "nats per token times tokens^beta", 1e-3, 1e30),
          new Parameter("beta", "exponent of tokens", 0.01, 2));

  @Override
  public String formula() {
    return "L = gamma + alpha D^-beta";
  }

  @Override
  public String source() {
    return "Hestness et al. 2017, arXiv:1712.00409";
  }

  @Override
  public List<Parameter> parameters() {
    return PARAMETERS;
  }

  @Override
  public List<Axis> axes() {
    return List.of(D);
  }

  @Override
  public double[] typical() {
    return new double[] {2, 12, 0.09};
  }

  @Override
  public int[] amplitudes() {
    return new int[] {GAMMA, ALPHA};
  }

  @Override
  public double loss(Scale at, double[] theta) {
    return theta[GAMMA] + theta[ALPHA] * Math.pow(at.tokens(), -theta[BETA]);
  }

  @Override
  public void gradient(Scale at, double[] theta, double[] gradient) {
    double lnD = Math.log(at.tokens());
    gradient[GAMMA] = 1;
    gradient[ALPHA] = Math.exp(-theta[BETA] * lnD);
    gradient[BETA] = -theta[ALPHA] * gradient[ALPHA] * lnD;
  }
}
