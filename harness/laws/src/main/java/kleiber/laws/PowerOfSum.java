package kleiber.laws;

import java.util.ArrayList;
import java.util.List;

/**
 * L(N, D) = E + (A N^-α + B D^-β)^γ: Chinchilla is γ = 1; another γ couples the prices of finite
 * parameters and of finite data. Parameters in order: E, A, α, B, β, γ.
 *
 * <p>Busbridge et al. 2025, <i>Distillation Scaling Laws</i> (arXiv:2502.08606), eq. 1, which they
 * use for models trained without a teacher.
 */
public record PowerOfSum() implements Typical, SelfStarting {
  private static final int E = 0;
  private static final int A = 1;
  private static final int ALPHA = 2;
  private static final int B = 3;
  private static final int BETA = 4;
  private static final int GAMMA = 5;

  private static final Axis N = Axis.params(1e8, 1e10);
  private static final Axis D = Axis.tokens(1e9, 1e12);

  /** What starts try: E as a share of the lowest loss, γ, and the exponents beyond γ. */
  private static final double[] FLOORS = {0, 0.3, 0.6, 0.8, 0.9, 0.96};

  private static final double[] POWERS = {0.25, 0.5, 0.75, 1, 1.5, 2.5};
  private static final double[] EXPONENTS = {0.08, 0.16, 0.24, 0.32, 0.45, 0.7};

  private static final List<Parameter> PARAMETERS =
      List.of(
          new Parameter("E", "nats per token", 0, 14),
          new Parameter("A", "loss^(1/gamma) times parameters^alpha", 1e-6, 1e60),
          new Parameter("alpha", "exponent of parameters inside", 0.01, 4),
          new Parameter("B", "loss^(1/gamma) times tokens^beta", 1e-6, 1e60),
          new Parameter("beta", "exponent of tokens inside", 0.01, 4),
          new Parameter("gamma", "exponent of the sum", 0.05, 10));

  @Override
  public List<double[]> starts(List<Observation> rows) {
    double lowest = rows.stream().mapToDouble(Observation::loss).min().orElse(0);
    PowerOfSumStart search = new PowerOfSumStart(rows);
    for (double floor : FLOORS) {
      for (double gamma : POWERS) {
        for (double params : EXPONENTS) {
          for (double tokens : EXPONENTS) {
            search.look(floor * lowest, params / gamma, tokens / gamma, gamma);
          }
        }
      }
    }
    List<double[]> starts = new ArrayList<>();
    for (PowerOfSumStart.Found found : search.best()) {
      starts.add(
          new double[] {
            found.floor(), found.a(), found.alpha(), found.b(), found.beta(), found.gamma()
          });
    }
    return starts;
  }

  @Override
  public String formula() {
    return "L = E + (A N^-alpha + B D^-beta)^gamma";
  }

  @Override
  public String source() {
    return "Busbridge et al. 2025, arXiv:2502.08606, eq. 1";
  }

  @Override
  public List<Parameter> parameters() {
    return PARAMETERS;
  }

  @Override
  public List<Axis> axes() {
    return List.of(N, D);
  }

  @Override
  public double[] typical() {
    return new double[] {1.7, 2000, 0.45, 20000, 0.48, 0.7};
  }

  @Override
  public double loss(Scale at, double[] theta) {
    double sum =
        theta[A] * Math.pow(at.params(), -theta[ALPHA])
            + theta[B] * Math.pow(at.tokens(), -theta[BETA]);
    return theta[E] + Math.pow(sum, theta[GAMMA]);
  }

  @Override
  public void gradient(Scale at, double[] theta, double[] gradient) {
    double lnN = Math.log(at.params());
    double lnD = Math.log(at.tokens());
    double params = Math.exp(-theta[ALPHA] * lnN);
    double tokens = Math.exp(-theta[BETA] * lnD);
    double sum = theta[A] * params + theta[B] * tokens;
    double power = Math.pow(sum, theta[GAMMA]);
    double bySum = theta[GAMMA] * power / sum;
    gradient[E] = 1;
    gradient[A] = bySum * params;
    gradient[ALPHA] = -bySum * theta[A] * params * lnN;
    gradient[B] = bySum * tokens;
    gradient[BETA] = -bySum * theta[B] * tokens * lnD;
    gradient[GAMMA] = power * Math.log(sum);
  }
}
