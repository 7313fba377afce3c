package kleiber.laws;

import java.util.List;

/**
 * c(k) = e^(-a k^-b): the share of tasks that one of k samples solves. The value is a share in [0,
 * 1], not a loss. Parameters in order: a, b.
 *
 * <p>Brown et al. 2024, <i>Large Language Monkeys: Scaling Inference Compute with Repeated
 * Sampling</i> (arXiv:2407.21787); both constants with the sign that makes them positive.
 */
public record Coverage() implements Typical {
  private static final int A = 0;
  private static final int B = 1;

  private static final Axis SAMPLES = new Axis("samples", "samples of each task", 1, 1e4);

  private static final List<Parameter> PARAMETERS =
      List.of(
          new Parameter("a", "negative logarithm of the share solved at once", 1e-3, 100),
          new Parameter("b", "exponent of samples", 0.01, 3));

  @Override
  public String formula() {
    return "c = exp(-a k^-b)";
  }

  @Override
  public String source() {
    return "Brown et al. 2024, arXiv:2407.21787";
  }

  @Override
  public List<Parameter> parameters() {
    return PARAMETERS;
  }

  @Override
  public List<Axis> axes() {
    return List.of(SAMPLES);
  }

  @Override
  public double[] typical() {
    return new double[] {2, 0.3};
  }

  @Override
  public double loss(Scale at, double[] theta) {
    return Math.exp(-theta[A] * Math.pow(SAMPLES.of(at), -theta[B]));
  }

  @Override
  public void gradient(Scale at, double[] theta, double[] gradient) {
    double lnK = Math.log(SAMPLES.of(at));
    double power = Math.exp(-theta[B] * lnK);
    double share = Math.exp(-theta[A] * power);
    gradient[A] = -share * power;
    gradient[B] = share * theta[A] * power * lnK;
  }
}
