package kleiber.estimate;

import java.util.List;
import java.util.Map;
import kleiber.laws.Law;
import kleiber.laws.Parameter;
import kleiber.laws.Scale;

/**
 * The loss along training at any batch size: L = (N_c/N)^αN + (S_c/S_min)^αS with S_min = S / (1 +
 * B_crit/B) and B_crit = B* / L^(1/αB), an equation that L solves. S = D / B optimizer steps.
 * Parameters in order: N_c, αN, S_c, αS, B*, αB.
 *
 * <p>Su et al. 2024, <i>Unraveling the Mystery of Scaling Laws: Part I</i> (arXiv:2403.06563),
 * after Kaplan et al. 2020 (arXiv:2001.08361), eq. 1.4, 1.6 and 5.4. It has no irreducible loss.
 */
public record BatchLaw() implements Law {
  /** Name in {@link Scale#extra} of the tokens of one optimizer step. */
  public static final String BATCH_TOKENS = "batchTokens";

  private static final int PARAMS = 0;
  private static final int ALPHA_N = 1;
  private static final int STEPS = 2;
  private static final int ALPHA_S = 3;
  private static final int BATCH = 4;
  private static final int ALPHA_B = 5;
  private static final int ITERATIONS = 100;
  private static final double SETTLED = 1e-15;

  private static final List<Parameter> PARAMETERS =
      List.of(
          new Parameter("N_c", "parameters", 1e2, 1e20),
          new Parameter("alpha_N", "exponent of parameters", 0.02, 1),
          new Parameter("S_c", "optimizer steps", 1e-2, 1e8),
          new Parameter("alpha_S", "exponent of steps", 0.1, 2),
          new Parameter("B*", "tokens at a loss of one nat", 1, 1e12),
          new Parameter("alpha_B", "exponent of the critical batch", 0.05, 1));

  /** The scale of N parameters after so many steps of so many tokens. */
  public static Scale scale(double params, double steps, double batch) {
    double tokens = steps * batch;
    return new Scale(params, tokens, 6 * params * tokens, Map.of(BATCH_TOKENS, batch));
  }

  /** B_crit at a loss, tokens: there, half the steps are saved that batches ever save. */
  public static double criticalBatch(double loss, double[] theta) {
    return theta[BATCH] * Math.pow(loss, -1 / theta[ALPHA_B]);
  }

  @Override
  public String formula() {
    return "L = (N_c/N)^alpha_N + (S_c (1 + B_crit/B) / S)^alpha_S, B_crit = B* L^(-1/alpha_B)";
  }

  @Override
  public String source() {
    return "Kaplan et al. 2020, arXiv:2001.08361, eq. 1.6 and 5.4; Su et al. 2024,"
        + " arXiv:2403.06563";
  }

  @Override
  public List<Parameter> parameters() {
    return PARAMETERS;
  }

  @Override
  public double loss(Scale at, double[] theta) {
    return new Point(at, theta).loss;
  }

  @Override
  public void gradient(Scale at, double[] theta, double[] gradient) {
    Point point = new Point(at, theta);
    double implicit = 1 - point.slope();
    gradient[PARAMS] = point.ofParams * theta[ALPHA_N] / theta[PARAMS] / implicit;
    gradient[ALPHA_N] = point.ofParams * Math.log(theta[PARAMS] / at.params()) / implicit;
    gradient[STEPS] = point.ofSteps * theta[ALPHA_S] / theta[STEPS] / implicit;
    gradient[ALPHA_S] = point.ofSteps * point.lnStepsRatio / implicit;
    double byBatch = point.ofSteps * theta[ALPHA_S] * point.excess / (1 + point.excess) / implicit;
    gradient[BATCH] = byBatch / theta[BATCH];
    gradient[ALPHA_B] = byBatch * Math.log(point.loss) / (theta[ALPHA_B] * theta[ALPHA_B]);
  }

  /** The law solved for L at one scale: the right side falls with L, so the root is unique. */
  private static final class Point {
    private final double[] theta;
    private final double batch;
    private final double lnSteps;
    private final double ofParams;
    private double ofSteps;
    private double lnStepsRatio;
    private double excess;
    private final double loss;

    Point(Scale at, double[] theta) {
      this.theta = theta;
      Double given = at.extra().get(BATCH_TOKENS);
      if (given == null || !(given > 0)) {
        throw new IllegalArgumentException(
            "The law reads the batch, '"
                + BATCH_TOKENS
                + "' in tokens, but a row has "
                + at.extra());
      }
      batch = given;
      lnSteps = Math.log(theta[STEPS] * batch / at.tokens());
      ofParams = Math.pow(theta[PARAMS] / at.params(), theta[ALPHA_N]);
      double low = ofParams + Math.exp(theta[ALPHA_S] * lnSteps);
      double high = Double.POSITIVE_INFINITY;
      double l = low;
      for (int iteration = 0; iteration < ITERATIONS; iteration++) {
        double miss = right(l) - l;
        if (miss > 0) {
          low = l;
        } else {
          high = l;
        }
        double next = l + miss / (1 - slope(l));
        if (!(next >= low && next <= high)) {
          next = Double.isInfinite(high) ? 2 * l : (low + high) / 2;
        }
        boolean settled = Math.abs(next - l) <= SETTLED * l;
        l = next;
        if (settled) {
          break;
        }
      }
      right(l);
      loss = l;
    }

    private double right(double l) {
      excess = theta[BATCH] / batch * Math.pow(l, -1 / theta[ALPHA_B]);
      lnStepsRatio = lnSteps + Math.log1p(excess);
      ofSteps = Math.exp(theta[ALPHA_S] * lnStepsRatio);
      return ofParams + ofSteps;
    }

    double slope() {
      return slope(loss);
    }

    /** Of the right side by L. */
    private double slope(double l) {
      return -ofSteps * theta[ALPHA_S] * excess / (1 + excess) / (theta[ALPHA_B] * l);
    }
  }
}
