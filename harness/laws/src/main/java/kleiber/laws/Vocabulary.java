package kleiber.laws;

import java.util.List;

/**
 * L = E + A N^-α + V N_v^-ν + B D^-β: Chinchilla with the parameters of the vocabulary (N_v)
 * counted apart from all others (N). For losses that are comparable across vocabularies, such as
 * bits per byte; the loss of the paper is lower by the entropy of single tokens. Parameters in
 * order: E, A, α, V, ν, B, β.
 *
 * <p>Tao et al. 2024, <i>Scaling Laws with Vocabulary</i> (arXiv:2407.13623), with D in tokens or
 * characters.
 */
public record Vocabulary() implements LinearInAmplitudes, Typical {
  private static final int E = 0;
  private static final int A = 1;
  private static final int ALPHA = 2;
  private static final int V = 3;
  private static final int NU = 4;
  private static final int B = 5;
  private static final int BETA = 6;

  private static final Axis N = Axis.params(1e7, 1e9);
  private static final Axis D = Axis.tokens(1e9, 1e11);
  private static final Axis VOCABULARY =
      new Axis("vocabularyParams", "parameters of the vocabulary", 1e6, 1e8);

  private static final List<Parameter> PARAMETERS =
      List.of(
          new Parameter("E", "nats per token", 0, 14),
          new Parameter("A", "nats per token times parameters^alpha", 1e-3, 1e30),
          new Parameter("alpha", "exponent of parameters", 0.01, 2),
          new Parameter("V", "nats per token times vocabulary parameters^nu", 1e-3, 1e30),
          new Parameter("nu", "exponent of vocabulary parameters", 0.01, 2),
          new Parameter("B", "nats per token times tokens^beta", 1e-3, 1e30),
          new Parameter("beta", "exponent of tokens", 0.01, 2));

  @Override
  public String formula() {
    return "L = E + A N^-alpha + V Nv^-nu + B D^-beta";
  }

  @Override
  public String source() {
    return "Tao et al. 2024, arXiv:2407.13623";
  }

  @Override
  public List<Parameter> parameters() {
    return PARAMETERS;
  }

  @Override
  public List<Axis> axes() {
    return List.of(N, D, VOCABULARY);
  }

  @Override
  public double[] typical() {
    return new double[] {1.5, 400, 0.35, 300, 0.4, 800, 0.33};
  }

  @Override
  public int[] amplitudes() {
    return new int[] {E, A, V, B};
  }

  @Override
  public double loss(Scale at, double[] theta) {
    return theta[E]
        + theta[A] * Math.pow(at.params(), -theta[ALPHA])
        + theta[V] * Math.pow(VOCABULARY.of(at), -theta[NU])
        + theta[B] * Math.pow(at.tokens(), -theta[BETA]);
  }

  @Override
  public void gradient(Scale at, double[] theta, double[] gradient) {
    double lnN = Math.log(at.params());
    double lnV = Math.log(VOCABULARY.of(at));
    double lnD = Math.log(at.tokens());
    gradient[E] = 1;
    gradient[A] = Math.exp(-theta[ALPHA] * lnN);
    gradient[ALPHA] = -theta[A] * gradient[A] * lnN;
    gradient[V] = Math.exp(-theta[NU] * lnV);
    gradient[NU] = -theta[V] * gradient[V] * lnV;
    gradient[B] = Math.exp(-theta[BETA] * lnD);
    gradient[BETA] = -theta[B] * gradient[B] * lnD;
  }
}
