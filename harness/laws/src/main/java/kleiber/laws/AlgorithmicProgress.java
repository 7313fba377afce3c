package kleiber.laws;

import java.util.List;

/**
 * L = E + A (N e^(a' Y))^-α + B (D e^(b' Y))^-β: Chinchilla with parameters and tokens that grow
 * more effective by the year. Parameters in order: E, A, α, a', B, β, b'.
 *
 * <p>Ho et al. 2024, <i>Algorithmic Progress in Language Models</i> (arXiv:2403.05812), with their
 * α_year = α a' and β_year = β b'.
 */
public record AlgorithmicProgress() implements LinearInAmplitudes, Typical {
  private static final int E = 0;
  private static final int A = 1;
  private static final int ALPHA = 2;
  private static final int PARAMS_RATE = 3;
  private static final int B = 4;
  private static final int BETA = 5;
  private static final int TOKENS_RATE = 6;

  private static final Axis N = Axis.params(1e7, 1e11);
  private static final Axis D = Axis.tokens(1e8, 1e12);
  private static final Axis YEAR = new Axis("year", "years since the first model", 0.5, 10);

  private static final List<Parameter> PARAMETERS =
      List.of(
          new Parameter("E", "nats per token", 0, 14),
          new Parameter("A", "nats per token times parameters^alpha", 1e-3, 1e30),
          new Parameter("alpha", "exponent of parameters", 0.01, 2),
          new Parameter("a'", "growth of effective parameters per year", -2, 4),
          new Parameter("B", "nats per token times tokens^beta", 1e-3, 1e30),
          new Parameter("beta", "exponent of tokens", 0.01, 2),
          new Parameter("b'", "growth of effective tokens per year", -2, 4));

  @Override
  public String formula() {
    return "L = E + A (N e^(a' Y))^-alpha + B (D e^(b' Y))^-beta";
  }

  @Override
  public String source() {
    return "Ho et al. 2024, arXiv:2403.05812";
  }

  @Override
  public List<Parameter> parameters() {
    return PARAMETERS;
  }

  @Override
  public List<Axis> axes() {
    return List.of(N, D, YEAR);
  }

  @Override
  public double[] typical() {
    return new double[] {1.7, 400, 0.34, 0.3, 1000, 0.3, 0.6};
  }

  @Override
  public int[] amplitudes() {
    return new int[] {E, A, B};
  }

  @Override
  public double loss(Scale at, double[] theta) {
    double year = YEAR.of(at);
    return theta[E]
        + theta[A] * Math.exp(-theta[ALPHA] * (Math.log(at.params()) + theta[PARAMS_RATE] * year))
        + theta[B] * Math.exp(-theta[BETA] * (Math.log(at.tokens()) + theta[TOKENS_RATE] * year));
  }

  @Override
  public void gradient(Scale at, double[] theta, double[] gradient) {
    double year = YEAR.of(at);
    double lnN = Math.log(at.params()) + theta[PARAMS_RATE] * year;
    double lnD = Math.log(at.tokens()) + theta[TOKENS_RATE] * year;
    gradient[E] = 1;
    gradient[A] = Math.exp(-theta[ALPHA] * lnN);
    gradient[ALPHA] = -theta[A] * gradient[A] * lnN;
    gradient[PARAMS_RATE] = -theta[A] * gradient[A] * theta[ALPHA] * year;
    gradient[B] = Math.exp(-theta[BETA] * lnD);
    gradient[BETA] = -theta[B] * gradient[B] * lnD;
    gradient[TOKENS_RATE] = -theta[B] * gradient[B] * theta[BETA] * year;
  }
}
