package kleiber.laws;

import java.util.List;

/**
 * PU(N) = e^(-c N^-α): the chance that one sample passes a task, small as it may be, so that ln(−ln
 * PU) is linear in ln N. The value is a probability, not a loss. Parameters in order: c, α.
 *
 * <p>Hu et al. 2023, <i>Predicting Emergent Abilities with Infinite Resolution Evaluation</i>
 * (arXiv:2310.03262).
 */
public record TaskPassRate() implements Typical {
  private static final int C = 0;
  private static final int ALPHA = 1;

  private static final Axis N = Axis.params(1e7, 3e9);

  private static final List<Parameter> PARAMETERS =
      List.of(
          new Parameter("c", "parameters^alpha", 1e-3, 1e9),
          new Parameter("alpha", "exponent of parameters", 0.005, 2));

  @Override
  public String formula() {
    return "PU = exp(-c N^-alpha)";
  }

  @Override
  public String source() {
    return "Hu et al. 2023, arXiv:2310.03262";
  }

  @Override
  public List<Parameter> parameters() {
    return PARAMETERS;
  }

  @Override
  public List<Axis> axes() {
    return List.of(N);
  }

  @Override
  public double[] typical() {
    return new double[] {60, 0.15};
  }

  @Override
  public double loss(Scale at, double[] theta) {
    return Math.exp(-theta[C] * Math.pow(at.params(), -theta[ALPHA]));
  }

  @Override
  public void gradient(Scale at, double[] theta, double[] gradient) {
    double lnN = Math.log(at.params());
    double power = Math.exp(-theta[ALPHA] * lnN);
    double share = Math.exp(-theta[C] * power);
    gradient[C] = -share * power;
    gradient[ALPHA] = share * theta[C] * power * lnN;
  }
}
