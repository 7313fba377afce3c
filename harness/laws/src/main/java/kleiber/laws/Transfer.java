package kleiber.laws;

import java.util.List;

/**
 * L(n, s) = (C + A n^-α) s^-β: the error on a task after pre-training on n examples of another and
 * fine-tuning on s of its own. C is the gap that no amount of pre-training closes. Parameters in
 * order: C, A, α, β.
 *
 * <p>Mikami et al. 2021, <i>A Scaling Law for Synthetic-to-Real Transfer</i> (arXiv:2108.11018),
 * whose δ (γ + n^-α) s^-β is this with A = δ and C = δγ; at one s it is their D n^-α + C.
 */
public record Transfer() implements LinearInAmplitudes, Typical {
  private static final int C = 0;
  private static final int A = 1;
  private static final int ALPHA = 2;
  private static final int BETA = 3;

  private static final Axis D = Axis.tokens(1e3, 1e6);
  private static final Axis TUNING =
      new Axis("fineTuning", "tokens or examples of the task itself", 1e2, 1e5);

  private static final List<Parameter> PARAMETERS =
      List.of(
          new Parameter("C", "error times fine-tuning size^beta", 0, 1e6),
          new Parameter(
              "A", "error times pre-training^alpha and fine-tuning size^beta", 1e-3, 1e30),
          new Parameter("alpha", "exponent of pre-training", 0.01, 2),
          new Parameter("beta", "exponent of fine-tuning", 0.01, 2));

  @Override
  public String formula() {
    return "L = (C + A D^-alpha) S^-beta";
  }

  @Override
  public String source() {
    return "Mikami et al. 2021, arXiv:2108.11018";
  }

  @Override
  public List<Parameter> parameters() {
    return PARAMETERS;
  }

  @Override
  public List<Axis> axes() {
    return List.of(D, TUNING);
  }

  @Override
  public double[] typical() {
    return new double[] {1.5, 40, 0.5, 0.15};
  }

  @Override
  public int[] amplitudes() {
    return new int[] {C, A};
  }

  @Override
  public double loss(Scale at, double[] theta) {
    return (theta[C] + theta[A] * Math.pow(at.tokens(), -theta[ALPHA]))
        * Math.pow(TUNING.of(at), -theta[BETA]);
  }

  @Override
  public void gradient(Scale at, double[] theta, double[] gradient) {
    double lnD = Math.log(at.tokens());
    double lnS = Math.log(TUNING.of(at));
    gradient[C] = Math.exp(-theta[BETA] * lnS);
    gradient[A] = gradient[C] * Math.exp(-theta[ALPHA] * lnD);
    gradient[ALPHA] = -theta[A] * gradient[A] * lnD;
    gradient[BETA] = -(theta[C] * gradient[C] + theta[A] * gradient[A]) * lnS;
  }
}
