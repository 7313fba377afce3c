package kleiber.laws;

import java.util.List;

/**
 * L(C) = E + A C^-α: the plain power law in compute over an irreducible loss. Blind to how compute
 * was divided into parameters and tokens, hence meant for runs on the compute frontier; the
 * baseline that a richer law has to beat. Parameters in order: E, A, α.
 *
 * <p>Henighan et al. 2020, <i>Scaling Laws for Autoregressive Generative Modeling</i>
 * (arXiv:2010.14701), eq. 1.1 with x = C and A = x0^α.
 */
public record PowerLaw() implements LinearInAmplitudes {
  private static final int E = 0;
  private static final int A = 1;
  private static final int ALPHA = 2;

  private static final List<Parameter> PARAMETERS =
      List.of(
          new Parameter("E", "nats per token", 0, 14),
          new Parameter("A", "nats per token times FLOPs^alpha", 1e-3, 1e60),
          new Parameter("alpha", "exponent of compute", 0.005, 2));

  @Override
  public String formula() {
    return "L = E + A C^-alpha";
  }

  @Override
  public String source() {
    return "Henighan et al. 2020, arXiv:2010.14701, eq. 1.1";
  }

  @Override
  public List<Parameter> parameters() {
    return PARAMETERS;
  }

  @Override
  public int[] amplitudes() {
    return new int[] {E, A};
  }

  @Override
  public double loss(Scale at, double[] theta) {
    return theta[E] + theta[A] * Math.pow(at.flops(), -theta[ALPHA]);
  }

  @Override
  public void gradient(Scale at, double[] theta, double[] gradient) {
    double lnC = Math.log(at.flops());
    gradient[E] = 1;
    gradient[A] = Math.exp(-theta[ALPHA] * lnC);
    gradient[ALPHA] = -theta[A] * gradient[A] * lnC;
  }
}
