package kleiber.laws;

import java.util.ArrayList;
import java.util.List;

/**
 * L = a N^-α + b D^-β + c (1 − S)^-λ + d (1 − S)^-δ N^-γ + e: a mixture of experts of N parameters
 * in all, of which a share S rests at each token. λ is negative where sparsity helps. Parameters in
 * order: e, a, α, b, β, c, λ, d, δ, γ.
 *
 * <p>Abnar et al. 2025, <i>Parameters vs FLOPs: Scaling Laws for Optimal Sparsity for
 * Mixture-of-Experts Language Models</i> (arXiv:2501.12370).
 */
public record ExpertSparsity() implements LinearInAmplitudes, Typical, SelfStarting {
  private static final int E = 0;
  private static final int A = 1;
  private static final int ALPHA = 2;
  private static final int B = 3;
  private static final int BETA = 4;
  private static final int C = 5;
  private static final int LAMBDA = 6;
  private static final int D = 7;
  private static final int DELTA = 8;
  private static final int GAMMA = 9;

  private static final Axis N = Axis.params(1e8, 1e11);
  private static final Axis TOKENS = Axis.tokens(1e9, 1e12);
  private static final Axis SPARSITY =
      new Axis(Scale.SPARSITY, "share of resting parameters", 0, 0.98);

  private static final List<Parameter> PARAMETERS =
      List.of(
          new Parameter("e", "nats per token", 0, 14),
          new Parameter("a", "nats per token times parameters^alpha", 1e-3, 1e30),
          new Parameter("alpha", "exponent of parameters", 0.01, 2),
          new Parameter("b", "nats per token times tokens^beta", 1e-3, 1e30),
          new Parameter("beta", "exponent of tokens", 0.01, 2),
          new Parameter("c", "nats per token", 1e-3, 1e3),
          new Parameter("lambda", "exponent of the active share", -2, 2),
          new Parameter("d", "nats per token times parameters^gamma", 1e-3, 1e30),
          new Parameter("delta", "exponent of the active share beside parameters", -1, 1),
          new Parameter("gamma", "exponent of parameters beside sparsity", 0.01, 2));

  @Override
  public String formula() {
    return "L = a N^-alpha + b D^-beta + c (1-S)^-lambda + d (1-S)^-delta N^-gamma + e";
  }

  @Override
  public String source() {
    return "Abnar et al. 2025, arXiv:2501.12370";
  }

  @Override
  public List<Parameter> parameters() {
    return PARAMETERS;
  }

  @Override
  public List<Axis> axes() {
    return List.of(N, TOKENS, SPARSITY);
  }

  /** The paper's constants. */
  @Override
  public double[] typical() {
    return new double[] {
      0.94, 16612.5, 0.5962, 5455.67, 0.3954, 0.4598, -0.1666, 17.26, 0.1603, 0.1595
    };
  }

  @Override
  public int[] amplitudes() {
    return new int[] {E, A, B, C, D};
  }

  /**
   * At multiples of the paper's exponents, with the amplitudes that suit them: five exponents are
   * too many for a blind search, and where λ is near 0 its term and e are one.
   */
  @Override
  public List<double[]> starts(List<Observation> rows) {
    double[] y = rows.stream().mapToDouble(Observation::loss).toArray();
    int[] amplitudes = amplitudes();
    List<double[]> starts = new ArrayList<>();
    for (double factor : new double[] {0.7, 1, 1.4}) {
      double[] theta = typical();
      for (int exponent : new int[] {ALPHA, BETA, LAMBDA, DELTA, GAMMA}) {
        theta[exponent] *= factor;
      }
      double[][] x = new double[y.length][amplitudes.length];
      double[] gradient = new double[theta.length];
      for (int i = 0; i < y.length; i++) {
        gradient(rows.get(i).at(), theta, gradient);
        for (int k = 0; k < amplitudes.length; k++) {
          x[i][k] = gradient[amplitudes[k]];
        }
      }
      double[] solved = LinearFit.relative(x, y).coefficients();
      for (int k = 0; k < amplitudes.length; k++) {
        if (solved[k] > 0) {
          theta[amplitudes[k]] = solved[k];
        }
      }
      starts.add(theta);
    }
    return starts;
  }

  @Override
  public double loss(Scale at, double[] theta) {
    double lnActive = Math.log(1 - SPARSITY.of(at));
    double lnN = Math.log(at.params());
    return theta[E]
        + theta[A] * Math.exp(-theta[ALPHA] * lnN)
        + theta[B] * Math.pow(at.tokens(), -theta[BETA])
        + theta[C] * Math.exp(-theta[LAMBDA] * lnActive)
        + theta[D] * Math.exp(-theta[DELTA] * lnActive - theta[GAMMA] * lnN);
  }

  @Override
  public void gradient(Scale at, double[] theta, double[] gradient) {
    double lnActive = Math.log(1 - SPARSITY.of(at));
    double lnN = Math.log(at.params());
    double lnD = Math.log(at.tokens());
    gradient[E] = 1;
    gradient[A] = Math.exp(-theta[ALPHA] * lnN);
    gradient[ALPHA] = -theta[A] * gradient[A] * lnN;
    gradient[B] = Math.exp(-theta[BETA] * lnD);
    gradient[BETA] = -theta[B] * gradient[B] * lnD;
    gradient[C] = Math.exp(-theta[LAMBDA] * lnActive);
    gradient[LAMBDA] = -theta[C] * gradient[C] * lnActive;
    gradient[D] = Math.exp(-theta[DELTA] * lnActive - theta[GAMMA] * lnN);
    gradient[DELTA] = -theta[D] * gradient[D] * lnActive;
    gradient[GAMMA] = -theta[D] * gradient[D] * lnN;
  }
}
