package kleiber.laws;

import java.util.Arrays;
import java.util.List;
import java.util.stream.DoubleStream;

/**
 * L(N, S, B) = (N_c / N)^α_N + (S_c / S_min)^α_S, with S_min = S / (1 + B_crit / B) and B_crit = B*
 * / L^(1/α_B): the loss after S optimizer steps of B tokens. L stands on both sides; the one
 * solution is found by Newton's method in ln L. Parameters in order: N_c, α_N, S_c, α_S, B*, α_B.
 *
 * <p>Su et al. 2024, <i>Unraveling the Mystery of Scaling Laws: Part I</i> (arXiv:2403.06563),
 * section 3, after Kaplan et al. 2020 (arXiv:2001.08361), eqs. 1.4 and 1.6. B is tokens divided by
 * steps.
 */
public record StepsAndBatch() implements Typical, SelfStarting {
  private static final int N_C = 0;
  private static final int ALPHA_N = 1;
  private static final int S_C = 2;
  private static final int ALPHA_S = 3;
  private static final int B_STAR = 4;
  private static final int ALPHA_B = 5;

  private static final Axis N = Axis.params(1e6, 1e9);
  private static final Axis D = Axis.tokens(1e9, 1e11);
  private static final Axis STEPS = new Axis("steps", "optimizer steps S", 3e3, 1e5);

  /**
   * ln of the right side falls with ln L and is convex: steps from below never pass the solution.
   */
  private static final int NEWTON = 50;

  /** What starts try for α_N. */
  private static final double[] PARAMS_EXPONENTS =
      DoubleStream.iterate(0.03, exponent -> exponent < 0.6, exponent -> exponent * 1.3).toArray();

  private static final List<Parameter> PARAMETERS =
      List.of(
          new Parameter("N_c", "parameters", 1, 1e30),
          new Parameter("alpha_N", "exponent of parameters", 0.005, 1),
          new Parameter("S_c", "steps", 1e-3, 1e12),
          new Parameter("alpha_S", "exponent of steps", 0.02, 2),
          new Parameter("B*", "tokens per step times loss^(1/alpha_B)", 1, 1e15),
          new Parameter("alpha_B", "exponent of the critical batch", 0.05, 2));

  /**
   * With the measured loss in B_crit the law is linear in N_c^α_N and S_c^α_S, and B* and the
   * exponents are looked for on a grid.
   */
  @Override
  public List<double[]> starts(List<Observation> rows) {
    Best<double[]> best = new Best<>(4);
    int n = rows.size();
    double[] y = rows.stream().mapToDouble(Observation::loss).toArray();
    double[][] x = new double[n][2];
    List<double[]> sizes =
        Arrays.stream(PARAMS_EXPONENTS)
            .mapToObj(alphaN -> rows.stream().mapToDouble(r -> Math.pow(r.at().params(), -alphaN)))
            .map(DoubleStream::toArray)
            .toList();
    for (double alphaB = 0.1; alphaB < 1; alphaB *= 1.5) {
      for (double critical = 1e-3; critical < 1e2; critical *= 3) {
        double[] steps = new double[n];
        double bStar = critical * typicalBatch(rows, alphaB);
        for (int i = 0; i < n; i++) {
          Scale at = rows.get(i).at();
          double batch = at.tokens() / STEPS.of(at);
          double bCrit = bStar * Math.pow(y[i], -1 / alphaB);
          steps[i] = Math.log(STEPS.of(at) / (1 + bCrit / batch));
        }
        for (double alphaS = 0.2; alphaS < 1.5; alphaS *= 1.3) {
          for (int i = 0; i < n; i++) {
            x[i][1] = Math.exp(-alphaS * steps[i]);
          }
          for (int e = 0; e < sizes.size(); e++) {
            double alphaN = PARAMS_EXPONENTS[e];
            for (int i = 0; i < n; i++) {
              x[i][0] = sizes.get(e)[i];
            }
            LinearFit fit = LinearFit.relative(x, y);
            double[] terms = fit.coefficients();
            if (terms[0] > 0 && terms[1] > 0) {
              best.offer(
                  fit.squares(),
                  new double[] {
                    Math.pow(terms[0], 1 / alphaN),
                    alphaN,
                    Math.pow(terms[1], 1 / alphaS),
                    alphaS,
                    bStar,
                    alphaB
                  });
            }
          }
        }
      }
    }
    return best.all();
  }

  /** B* of the critical batch that lies in the middle of the batches there are. */
  private static double typicalBatch(List<Observation> rows, double alphaB) {
    return Math.exp(
        rows.stream()
            .mapToDouble(
                row ->
                    Math.log(row.at().tokens() / STEPS.of(row.at()))
                        + Math.log(row.loss()) / alphaB)
            .average()
            .orElse(0));
  }

  @Override
  public String formula() {
    return "L = (N_c/N)^alpha_N + (S_c (1 + B_crit/B) / S)^alpha_S, B_crit = B* / L^(1/alpha_B)";
  }

  @Override
  public String source() {
    return "Su et al. 2024, arXiv:2403.06563, sec. 3; Kaplan et al. 2020, eqs. 1.4, 1.6";
  }

  @Override
  public List<Parameter> parameters() {
    return PARAMETERS;
  }

  @Override
  public List<Axis> axes() {
    return List.of(N, D, STEPS);
  }

  /** Of the size that the paper prints for C4. */
  @Override
  public double[] typical() {
    return new double[] {1.5e14, 0.076, 2600, 0.67, 1.7e8, 0.205};
  }

  @Override
  public double loss(Scale at, double[] theta) {
    double params = Math.pow(theta[N_C] / at.params(), theta[ALPHA_N]);
    double steps = STEPS.of(at);
    double batch = at.tokens() / steps;
    double loss = params + Math.pow(theta[S_C] / steps, theta[ALPHA_S]);
    for (int i = 0; i < NEWTON; i++) {
      double critical = theta[B_STAR] / batch * Math.pow(loss, -1 / theta[ALPHA_B]);
      double rest = Math.pow(theta[S_C] / steps * (1 + critical), theta[ALPHA_S]);
      double elasticity = byLoss(rest, critical, loss, theta) * loss / (params + rest);
      double change = Math.log((params + rest) / loss) / (1 - elasticity);
      loss *= Math.exp(change);
      if (!(Math.abs(change) > 1e-15)) {
        break;
      }
    }
    return loss;
  }

  @Override
  public void gradient(Scale at, double[] theta, double[] gradient) {
    double loss = loss(at, theta);
    double steps = STEPS.of(at);
    double lnParams = Math.log(theta[N_C] / at.params());
    double params = Math.exp(theta[ALPHA_N] * lnParams);
    double critical = theta[B_STAR] * steps / at.tokens() * Math.pow(loss, -1 / theta[ALPHA_B]);
    double lnSteps = Math.log(theta[S_C] / steps * (1 + critical));
    double rest = Math.exp(theta[ALPHA_S] * lnSteps);
    double byCritical = theta[ALPHA_S] * rest / (1 + critical);
    double implicit = 1 - byLoss(rest, critical, loss, theta);
    gradient[N_C] = theta[ALPHA_N] * params / theta[N_C] / implicit;
    gradient[ALPHA_N] = params * lnParams / implicit;
    gradient[S_C] = theta[ALPHA_S] * rest / theta[S_C] / implicit;
    gradient[ALPHA_S] = rest * lnSteps / implicit;
    gradient[B_STAR] = byCritical * critical / theta[B_STAR] / implicit;
    gradient[ALPHA_B] =
        byCritical * critical * Math.log(loss) / (theta[ALPHA_B] * theta[ALPHA_B]) / implicit;
  }

  /** Derivative of the second term by L. */
  private static double byLoss(double rest, double critical, double loss, double[] theta) {
    return -theta[ALPHA_S] * rest * critical / (1 + critical) / theta[ALPHA_B] / loss;
  }
}
