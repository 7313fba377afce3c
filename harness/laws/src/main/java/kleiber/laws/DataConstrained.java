package kleiber.laws;

import java.util.List;

/**
 * L(N, D, U) = E + A N'^-α + B D'^-β for D tokens of which only U differ. Tokens seen again count
 * for less and less, D' = U + U R_D* (1 − e^(-(D/U−1)/R_D*)); so do parameters beyond U_N, the
 * compute-optimal size for U tokens: N' = U_N + U_N R_N* (1 − e^(-(N/U_N−1)/R_N*)). R_D* and R_N*
 * are e-folding constants: the half-life is R ln 2. Parameters in order: E, A, α, B, β, R_D*, R_N*.
 *
 * <p>Muennighoff et al. 2023, <i>Scaling Data-Constrained Language Models</i> (arXiv:2305.16264),
 * the law of effective data and parameters; U_N from Hoffmann et al. 2022, eq. 4.
 */
public record DataConstrained() implements Typical, SelfStarting {
  private static final int E = 0;
  private static final int A = 1;
  private static final int ALPHA = 2;
  private static final int B = 3;
  private static final int BETA = 4;
  private static final int R_D = 5;
  private static final int R_N = 6;

  private static final Axis N = Axis.params(1e8, 1e10);
  private static final Axis D = Axis.tokens(1e9, 1e11);
  private static final Axis UNIQUE =
      new Axis(Scale.UNIQUE_TOKENS, "distinct training tokens U", 1e8, 1e10);

  /** What starts try. */
  private static final double[] EXPONENTS = {0.1, 0.2, 0.3, 0.4, 0.55, 0.8};

  private static final double[] DECAYS = {3, 15, 75};

  private static final List<Parameter> PARAMETERS =
      List.of(
          new Parameter("E", "nats per token", 0, 14),
          new Parameter("A", "nats per token times parameters^alpha", 1e-3, 1e30),
          new Parameter("alpha", "exponent of parameters", 0.01, 2),
          new Parameter("B", "nats per token times tokens^beta", 1e-3, 1e30),
          new Parameter("beta", "exponent of tokens", 0.01, 2),
          new Parameter("R_D*", "epochs", 0.01, 1e4),
          new Parameter("R_N*", "multiples of the size that fits the data", 0.01, 1e4));

  @Override
  public boolean modelsRepetition() {
    return true;
  }

  /** Chinchilla's law over effective tokens, as if no model were too large for its data. */
  @Override
  public List<double[]> starts(List<Observation> rows) {
    Best<double[]> best = new Best<>(3);
    double[] y = rows.stream().mapToDouble(Observation::loss).toArray();
    double[][] x = new double[y.length][3];
    for (double decay : DECAYS) {
      for (double alpha : EXPONENTS) {
        for (double beta : EXPONENTS) {
          for (int i = 0; i < y.length; i++) {
            Scale at = rows.get(i).at();
            double unique = Math.min(UNIQUE.of(at), at.tokens());
            x[i][0] = 1;
            x[i][1] = Math.pow(at.params(), -alpha);
            x[i][2] = Math.pow(effective(at.tokens(), unique, decay), -beta);
          }
          LinearFit fit = LinearFit.relative(x, y);
          double[] c = fit.coefficients();
          if (c[0] >= 0 && c[1] > 0 && c[2] > 0) {
            best.offer(
                fit.squares(), new double[] {c[0], c[1], alpha, c[2], beta, decay, decay / 3});
          }
        }
      }
    }
    return best.all();
  }

  @Override
  public String formula() {
    return "L = E + A N'^-alpha + B D'^-beta, D' = U + U R_D* (1 - exp(-(D/U - 1)/R_D*)), N' alike";
  }

  @Override
  public String source() {
    return "Muennighoff et al. 2023, arXiv:2305.16264";
  }

  @Override
  public List<Parameter> parameters() {
    return PARAMETERS;
  }

  @Override
  public List<Axis> axes() {
    return List.of(N, D, UNIQUE);
  }

  /** The paper's constants, C4. */
  @Override
  public double[] typical() {
    return new double[] {1.87, 521, 0.3527, 1488, 0.3527, 15.39, 5.31};
  }

  @Override
  public double loss(Scale at, double[] theta) {
    double unique = Math.min(UNIQUE.of(at), at.tokens());
    double fitting = Math.min(Math.exp(lnFitting(unique, theta)), at.params());
    return theta[E]
        + theta[A] * Math.pow(effective(at.params(), fitting, theta[R_N]), -theta[ALPHA])
        + theta[B] * Math.pow(effective(at.tokens(), unique, theta[R_D]), -theta[BETA]);
  }

  @Override
  public void gradient(Scale at, double[] theta, double[] gradient) {
    double unique = Math.min(UNIQUE.of(at), at.tokens());
    double lnFitting = lnFitting(unique, theta);
    boolean excess = lnFitting < Math.log(at.params());
    double fitting = excess ? Math.exp(lnFitting) : at.params();
    double params = effective(at.params(), fitting, theta[R_N]);
    double tokens = effective(at.tokens(), unique, theta[R_D]);
    gradient[E] = 1;
    gradient[A] = Math.pow(params, -theta[ALPHA]);
    gradient[ALPHA] = -theta[A] * gradient[A] * Math.log(params);
    gradient[B] = Math.pow(tokens, -theta[BETA]);
    gradient[BETA] = -theta[B] * gradient[B] * Math.log(tokens);
    double byParams = -theta[ALPHA] * theta[A] * gradient[A] / params;
    gradient[R_N] = byParams * byDecay(at.params(), fitting, theta[R_N]);
    gradient[R_D] =
        -theta[BETA] * theta[B] * gradient[B] / tokens * byDecay(at.tokens(), unique, theta[R_D]);
    if (excess) {
      double byLnFitting = byParams * byFirst(at.params(), fitting, theta[R_N]) * fitting;
      gradient[A] += byLnFitting / (theta[ALPHA] * theta[A]);
      gradient[ALPHA] += byLnFitting * (1 / theta[ALPHA] - lnFitting) / theta[ALPHA];
      gradient[B] -= byLnFitting / (theta[ALPHA] * theta[B]);
      gradient[BETA] += byLnFitting * (Math.log(unique) - 1 / theta[BETA]) / theta[ALPHA];
    }
  }

  /** ln of the compute-optimal N for so many tokens. */
  private static double lnFitting(double tokens, double[] theta) {
    double ratio = theta[ALPHA] * theta[A] / (theta[BETA] * theta[B]);
    return (Math.log(ratio) + theta[BETA] * Math.log(tokens)) / theta[ALPHA];
  }

  /** What {@code all} is worth when only {@code first} of it is new. */
  private static double effective(double all, double first, double decay) {
    return first - first * decay * Math.expm1(-(all / first - 1) / decay);
  }

  private static double byDecay(double all, double first, double decay) {
    double repeats = (all / first - 1) / decay;
    return first * (-Math.expm1(-repeats) - repeats * Math.exp(-repeats));
  }

  private static double byFirst(double all, double first, double decay) {
    double left = Math.exp(-(all / first - 1) / decay);
    return 1 + decay * (1 - left) - left * all / first;
  }
}
