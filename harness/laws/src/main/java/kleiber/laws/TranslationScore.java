package kleiber.laws;

import java.util.List;

/**
 * BLEU = (ln(A D^α))^β: a translation score after fine-tuning, over the tokens of pre-training,
 * where pre-training and task are alike. The value is a score, not a loss. Parameters in order: A,
 * α, β.
 *
 * <p>Isik et al. 2024, <i>Scaling Laws for Downstream Task Performance of Large Language Models</i>
 * (arXiv:2402.04177).
 */
public record TranslationScore() implements Typical {
  private static final int A = 0;
  private static final int ALPHA = 1;
  private static final int BETA = 2;

  private static final Axis D = Axis.tokens(1e7, 1e10);

  private static final List<Parameter> PARAMETERS =
      List.of(
          new Parameter("A", "per token^alpha", 1e-6, 1e12),
          new Parameter("alpha", "exponent of tokens", 0.01, 5),
          new Parameter("beta", "exponent of the logarithm", 0.05, 5));

  @Override
  public String formula() {
    return "BLEU = (ln(A D^alpha))^beta";
  }

  @Override
  public String source() {
    return "Isik et al. 2024, arXiv:2402.04177";
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
    return new double[] {3, 0.6, 1.3};
  }

  @Override
  public double loss(Scale at, double[] theta) {
    return Math.pow(Math.log(theta[A]) + theta[ALPHA] * Math.log(at.tokens()), theta[BETA]);
  }

  @Override
  public void gradient(Scale at, double[] theta, double[] gradient) {
    double lnD = Math.log(at.tokens());
    double ln = Math.log(theta[A]) + theta[ALPHA] * lnD;
    double score = Math.pow(ln, theta[BETA]);
    gradient[A] = theta[BETA] * score / ln / theta[A];
    gradient[ALPHA] = theta[BETA] * score / ln * lnD;
    gradient[BETA] = score * Math.log(ln);
  }
}
