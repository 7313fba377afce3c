package kleiber.laws;

import java.util.List;

/**
 * L(C) = A (C + b)^-α + E: the best loss at a compute of C over all sizes of a recipe. The shift b
 * bends the envelope at small compute, where embeddings and warm-up take their share. Parameters in
 * order: E, A, b, α.
 *
 * <p>Nezhurina et al. 2025 (LAION), <i>Scaling Laws for Robust Comparison of Open Foundation
 * Language-Vision Models and Datasets</i> (arXiv:2506.04598).
 */
public record ShiftedEnvelope() implements LinearInAmplitudes, Typical {
  private static final int E = 0;
  private static final int A = 1;
  private static final int B = 2;
  private static final int ALPHA = 3;

  private static final Axis C = Axis.flops(1e17, 1e21);

  private static final List<Parameter> PARAMETERS =
      List.of(
          new Parameter("E", "nats per token", 0, 14),
          new Parameter("A", "nats per token times FLOPs^alpha", 1e-3, 1e40),
          new Parameter("b", "FLOPs", 1e6, 1e24),
          new Parameter("alpha", "exponent of compute", 0.005, 2));

  @Override
  public String formula() {
    return "L = A (C + b)^-alpha + E";
  }

  @Override
  public String source() {
    return "Nezhurina et al. 2025, arXiv:2506.04598";
  }

  @Override
  public List<Parameter> parameters() {
    return PARAMETERS;
  }

  @Override
  public List<Axis> axes() {
    return List.of(C);
  }

  @Override
  public double[] typical() {
    return new double[] {1.8, 3000, 1e18, 0.18};
  }

  @Override
  public int[] amplitudes() {
    return new int[] {E, A};
  }

  @Override
  public double loss(Scale at, double[] theta) {
    return theta[E] + theta[A] * Math.pow(at.flops() + theta[B], -theta[ALPHA]);
  }

  @Override
  public void gradient(Scale at, double[] theta, double[] gradient) {
    double shifted = at.flops() + theta[B];
    gradient[E] = 1;
    gradient[A] = Math.pow(shifted, -theta[ALPHA]);
    gradient[B] = -theta[ALPHA] * theta[A] * gradient[A] / shifted;
    gradient[ALPHA] = -theta[A] * gradient[A] * Math.log(shifted);
  }
}
