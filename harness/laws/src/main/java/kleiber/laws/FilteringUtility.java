package kleiber.laws;

import java.util.List;

/**
 * y = d + a n_1^-b Π_j (n_j / n_(j−1))^(-b_j), b_j = b 2^(-(j−1)/τ): the error after seeing a pool
 * of U distinct samples again and again. n_j is the number of samples seen by the end of epoch j
 * (the last may be cut short); what the pool still has to teach halves every τ epochs. Parameters
 * in order: d, a, b, τ.
 *
 * <p>Goyal et al. 2024, <i>Scaling Laws for Data Filtering: Data Curation cannot be Compute
 * Agnostic</i> (arXiv:2404.07177); b with the sign that makes it positive.
 */
public record FilteringUtility() implements LinearInAmplitudes, Typical {
  private static final int FLOOR = 0;
  private static final int A = 1;
  private static final int B = 2;
  private static final int TAU = 3;

  private static final Axis D = Axis.tokens(1e7, 6e8);
  private static final Axis UNIQUE = new Axis(Scale.UNIQUE_TOKENS, "distinct samples U", 1e7, 1e8);

  private static final List<Parameter> PARAMETERS =
      List.of(
          new Parameter("d", "error", 0, 14),
          new Parameter("a", "error times samples^b", 1e-3, 1e30),
          new Parameter("b", "utility: exponent of samples", 0.01, 2),
          new Parameter("tau", "epochs in which utility halves", 0.1, 1e3));

  @Override
  public boolean modelsRepetition() {
    return true;
  }

  @Override
  public String formula() {
    return "y = d + a n_1^-b prod_j (n_j/n_(j-1))^(-b 2^(-(j-1)/tau))";
  }

  @Override
  public String source() {
    return "Goyal et al. 2024, arXiv:2404.07177";
  }

  @Override
  public List<Parameter> parameters() {
    return PARAMETERS;
  }

  @Override
  public List<Axis> axes() {
    return List.of(D, UNIQUE);
  }

  @Override
  public double[] typical() {
    return new double[] {0.1, 18, 0.2, 3};
  }

  @Override
  public int[] amplitudes() {
    return new int[] {FLOOR, A};
  }

  @Override
  public double loss(Scale at, double[] theta) {
    return theta[FLOOR] + theta[A] * Math.exp(-theta[B] * useful(at, theta[TAU], false));
  }

  @Override
  public void gradient(Scale at, double[] theta, double[] gradient) {
    double useful = useful(at, theta[TAU], false);
    gradient[FLOOR] = 1;
    gradient[A] = Math.exp(-theta[B] * useful);
    gradient[B] = -theta[A] * gradient[A] * useful;
    gradient[TAU] = -theta[A] * gradient[A] * theta[B] * useful(at, theta[TAU], true);
  }

  /** ln n_1 plus every further epoch's ln(n_j / n_(j−1)) times its utility; or its slope by τ. */
  private static double useful(Scale at, double tau, boolean slope) {
    double pool = Math.min(UNIQUE.of(at), at.tokens());
    double sum = slope ? 0 : Math.log(pool);
    int epochs = (int) Math.ceil(at.tokens() / pool);
    for (int j = 2; j <= epochs; j++) {
      double gain = Math.log(Math.min(j * pool, at.tokens()) / ((j - 1) * pool));
      double utility = Math.pow(2, -(j - 1) / tau);
      sum += gain * utility * (slope ? Math.log(2) * (j - 1) / (tau * tau) : 1);
    }
    return sum;
  }
}
