package kleiber.laws;

import java.util.List;

/**
 * L(N, D) = e^(a3 N^γ + b3) + e^(a2 N^β + b2) D^(−e^(a1 N^α + b1)): the price of finite data, and
 * the exponent with which it falls, change with the size of the model. Parameters in order: a3, γ,
 * b3, a2, β, b2, a1, α, b1.
 *
 * <p>Li et al. 2025, <i>Predictable Scale: Part II, Farseer</i> (arXiv:2506.10972), eq. 3. The
 * paper's losses are bits per character. The fit begins at the paper's Algorithm 2. The optimum is
 * very flat: compare losses, never constants.
 */
public record Farseer() implements Charted, SelfStarting {
  private static final int A3 = 0;
  private static final int GAMMA = 1;
  private static final int B3 = 2;
  private static final int A2 = 3;
  private static final int BETA = 4;
  private static final int B2 = 5;
  private static final int A1 = 6;
  private static final int ALPHA = 7;
  private static final int B1 = 8;

  private static final Axis N = Axis.params(1e8, 6.4e9);
  private static final Axis D = Axis.tokens(1e9, 5e11);

  private static final List<Parameter> PARAMETERS =
      List.of(
          new Parameter("a3", "per parameter^gamma", -1e4, 1e4),
          new Parameter("gamma", "exponent of parameters in the floor", 0.001, 1),
          new Parameter("b3", "ln of loss", -1e4, 1e4),
          new Parameter("a2", "per parameter^beta", -1e13, 1e13),
          new Parameter("beta", "exponent of parameters in the price of data", -1, -0.001),
          new Parameter("b2", "ln of loss", -1e5, 1e5),
          new Parameter("a1", "per parameter^alpha", -1e4, 1e4),
          new Parameter("alpha", "exponent of parameters in the exponent of data", 0.001, 1),
          new Parameter("b1", "ln of an exponent", -1e4, 1e4));

  @Override
  public List<double[]> starts(List<Observation> rows) {
    return FarseerStart.of(rows);
  }

  @Override
  public Chart chart(List<Scale> scales) {
    return new FarseerChart(scales);
  }

  @Override
  public String formula() {
    return "L = exp(a3 N^gamma + b3) + exp(a2 N^beta + b2) D^(-exp(a1 N^alpha + b1))";
  }

  @Override
  public String source() {
    return "Li et al. 2025, arXiv:2506.10972, eq. 3";
  }

  @Override
  public List<Parameter> parameters() {
    return PARAMETERS;
  }

  @Override
  public List<Axis> axes() {
    return List.of(N, D);
  }

  /** The paper's constants (eq. 15), too rounded to predict with. */
  @Override
  public double[] typical() {
    return new double[] {-0.021, 0.169, -0.091, 88.01, -0.1, -6.287, -0.124, 0.123, 0.424};
  }

  @Override
  public double loss(Scale at, double[] theta) {
    double lnN = Math.log(at.params());
    double floor = Math.exp(theta[A3] * Math.exp(theta[GAMMA] * lnN) + theta[B3]);
    double exponent = Math.exp(theta[A1] * Math.exp(theta[ALPHA] * lnN) + theta[B1]);
    double lnPrice = theta[A2] * Math.exp(theta[BETA] * lnN) + theta[B2];
    return floor + Math.exp(lnPrice - exponent * Math.log(at.tokens()));
  }

  @Override
  public void gradient(Scale at, double[] theta, double[] gradient) {
    double lnN = Math.log(at.params());
    double lnD = Math.log(at.tokens());
    double toGamma = Math.exp(theta[GAMMA] * lnN);
    double toBeta = Math.exp(theta[BETA] * lnN);
    double toAlpha = Math.exp(theta[ALPHA] * lnN);
    double floor = Math.exp(theta[A3] * toGamma + theta[B3]);
    double exponent = Math.exp(theta[A1] * toAlpha + theta[B1]);
    double data = Math.exp(theta[A2] * toBeta + theta[B2] - exponent * lnD);
    double byLnExponent = -data * exponent * lnD;
    gradient[A3] = floor * toGamma;
    gradient[GAMMA] = floor * theta[A3] * toGamma * lnN;
    gradient[B3] = floor;
    gradient[A2] = data * toBeta;
    gradient[BETA] = data * theta[A2] * toBeta * lnN;
    gradient[B2] = data;
    gradient[A1] = byLnExponent * toAlpha;
    gradient[ALPHA] = byLnExponent * theta[A1] * toAlpha * lnN;
    gradient[B1] = byLnExponent;
  }
}
