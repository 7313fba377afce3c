package kleiber.laws;

import java.util.List;

/**
 * L = E + (A / (N (k ln P + 1)))^α: P parallel streams through one set of N parameters act like
 * more parameters. Parameters in order: E, A, α, k.
 *
 * <p>Chen et al. 2025, <i>Parallel Scaling Law for Language Models</i> (arXiv:2505.10475).
 */
public record ParallelScaling() implements Typical {
  private static final int E = 0;
  private static final int A = 1;
  private static final int ALPHA = 2;
  private static final int K = 3;

  private static final Axis N = Axis.params(5e8, 5e9);
  private static final Axis STREAMS = new Axis("streams", "parallel streams P", 1, 8);

  private static final List<Parameter> PARAMETERS =
      List.of(
          new Parameter("E", "nats per token", 0, 14),
          new Parameter("A", "parameters", 1e-6, 1e18),
          new Parameter("alpha", "exponent of effective parameters", 0.01, 2),
          new Parameter("k", "effective parameters for each e-fold of streams", 0.001, 10));

  @Override
  public String formula() {
    return "L = E + (A / (N (k ln P + 1)))^alpha";
  }

  @Override
  public String source() {
    return "Chen et al. 2025, arXiv:2505.10475";
  }

  @Override
  public List<Parameter> parameters() {
    return PARAMETERS;
  }

  @Override
  public List<Axis> axes() {
    return List.of(N, STREAMS);
  }

  /** The constants that the authors' script prints for Stack-V2. */
  @Override
  public double[] typical() {
    return new double[] {0.69124, 1.1306e7, 0.18937, 0.39346};
  }

  @Override
  public double loss(Scale at, double[] theta) {
    double effective = at.params() * (theta[K] * Math.log(STREAMS.of(at)) + 1);
    return theta[E] + Math.pow(theta[A] / effective, theta[ALPHA]);
  }

  @Override
  public void gradient(Scale at, double[] theta, double[] gradient) {
    double lnP = Math.log(STREAMS.of(at));
    double gain = theta[K] * lnP + 1;
    double ln = Math.log(theta[A] / (at.params() * gain));
    double term = Math.exp(theta[ALPHA] * ln);
    gradient[E] = 1;
    gradient[A] = theta[ALPHA] * term / theta[A];
    gradient[ALPHA] = term * ln;
    gradient[K] = -theta[ALPHA] * term * lnP / gain;
  }
}
