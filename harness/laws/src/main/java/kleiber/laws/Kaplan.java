package kleiber.laws;

import java.util.ArrayList;
import java.util.List;

/**
 * L(N, D) = ((N_c / N)^(α_N/α_D) + D_c / D)^α_D: no irreducible loss; with either of N and D
 * unlimited a power law of the other is left. Parameters in order: N_c, α_N, D_c, α_D.
 *
 * <p>Kaplan et al. 2020, <i>Scaling Laws for Neural Language Models</i> (arXiv:2001.08361), eq.
 * 1.5.
 */
public record Kaplan() implements Typical, SelfStarting {
  private static final int N_C = 0;
  private static final int ALPHA_N = 1;
  private static final int D_C = 2;
  private static final int ALPHA_D = 3;

  private static final Axis N = Axis.params(1e6, 1e9);
  private static final Axis D = Axis.tokens(2e7, 2e10);

  private static final List<Parameter> PARAMETERS =
      List.of(
          new Parameter("N_c", "parameters", 1, 1e30),
          new Parameter("alpha_N", "exponent of parameters", 0.005, 2),
          new Parameter("D_c", "tokens", 1, 1e30),
          new Parameter("alpha_D", "exponent of tokens", 0.005, 2));

  @Override
  public List<double[]> starts(List<Observation> rows) {
    PowerOfSumStart search = new PowerOfSumStart(rows);
    for (double alphaD = 0.02; alphaD < 1; alphaD *= 1.25) {
      for (double alphaN = 0.02; alphaN < 1; alphaN *= 1.25) {
        search.look(0, alphaN / alphaD, 1, alphaD);
      }
    }
    List<double[]> starts = new ArrayList<>();
    for (PowerOfSumStart.Found found : search.best()) {
      double alphaN = found.alpha() * found.gamma();
      starts.add(
          new double[] {
            Math.pow(found.a(), found.gamma() / alphaN), alphaN, found.b(), found.gamma()
          });
    }
    return starts;
  }

  @Override
  public String formula() {
    return "L = ((N_c/N)^(alpha_N/alpha_D) + D_c/D)^alpha_D";
  }

  @Override
  public String source() {
    return "Kaplan et al. 2020, arXiv:2001.08361, eq. 1.5";
  }

  @Override
  public List<Parameter> parameters() {
    return PARAMETERS;
  }

  @Override
  public List<Axis> axes() {
    return List.of(N, D);
  }

  /** The paper's constants, WebText2. */
  @Override
  public double[] typical() {
    return new double[] {6.4e13, 0.076, 1.8e13, 0.103};
  }

  @Override
  public double loss(Scale at, double[] theta) {
    double params = Math.pow(theta[N_C] / at.params(), theta[ALPHA_N] / theta[ALPHA_D]);
    return Math.pow(params + theta[D_C] / at.tokens(), theta[ALPHA_D]);
  }

  @Override
  public void gradient(Scale at, double[] theta, double[] gradient) {
    double lnParams = Math.log(theta[N_C] / at.params());
    double params = Math.exp(lnParams * theta[ALPHA_N] / theta[ALPHA_D]);
    double tokens = theta[D_C] / at.tokens();
    double loss = Math.pow(params + tokens, theta[ALPHA_D]);
    double share = params / (params + tokens);
    gradient[N_C] = loss * share * theta[ALPHA_N] / theta[N_C];
    gradient[ALPHA_N] = loss * share * lnParams;
    gradient[D_C] = loss * (1 - share) * theta[ALPHA_D] / theta[D_C];
    gradient[ALPHA_D] =
        loss * (Math.log(params + tokens) - share * lnParams * theta[ALPHA_N] / theta[ALPHA_D]);
  }
}
