package kleiber.design;

import java.util.ArrayList;
import java.util.List;
import kleiber.laws.Law;
import kleiber.laws.Parameter;
import kleiber.laws.Scale;

/**
 * The squared error to expect of a law at some targets once it is fitted to some runs, before any
 * of them is done. The law is taken for linear about some constants; losses lie about it by noise
 * and by an error of form, a Gaussian process over ln N and ln D. The fit knows nothing of the
 * latter and weighs all runs alike, as fits do, so a run far from the targets may make it worse
 * (Box and Draper 1959, <i>A basis for the selection of a response surface design</i>; the process
 * is Kennedy and O'Hagan's, 2001). Each constant is believed beforehand to lie within a quarter of
 * its range (of its logarithm's, where that is positive), which is next to nothing.
 */
final class PredictionError {
  private static final double SHARE_OF_RANGE = 0.25;

  /** Pivots below this share of the diagonal are rounding. */
  private static final double SINGULAR = 1e-14;

  private final Scatter scatter;
  private final int candidates;
  private final int targets;

  /** [scale][constant], in units of what is believed beforehand: runs, then targets. */
  private final double[][] slope;

  /** [scale][run]: covariance of the errors of form. */
  private final double[][] form;

  private final List<Integer> taken = new ArrayList<>();

  /** [constant][constant] */
  private final double[][] information;

  PredictionError(Law law, double[] theta, Scatter scatter, Candidates candidates) {
    this.scatter = scatter;
    List<Scale> scales = candidates.scales();
    this.candidates = candidates.runs().size();
    targets = candidates.targets().size();
    slope = slopes(law, theta, scales);
    form = new double[scales.size()][this.candidates];
    for (int i = 0; i < form.length; i++) {
      for (int run = 0; run < form[i].length; run++) {
        form[i][run] = covariance(scales.get(i), scales.get(run));
      }
    }
    information = new double[theta.length][theta.length];
    for (int j = 0; j < theta.length; j++) {
      information[j][j] = 1;
    }
  }

  private static double[][] slopes(Law law, double[] theta, List<Scale> scales) {
    double[] gradient = new double[theta.length];
    double[][] slopes = new double[scales.size()][theta.length];
    for (int i = 0; i < slopes.length; i++) {
      law.gradient(scales.get(i), theta, gradient);
      double loss = law.loss(scales.get(i), theta);
      for (int j = 0; j < theta.length; j++) {
        Parameter its = law.parameters().get(j);
        double range =
            its.low() > 0 ? theta[j] * Math.log(its.high() / its.low()) : its.high() - its.low();
        slopes[i][j] = gradient[j] / loss * SHARE_OF_RANGE * range;
      }
    }
    return slopes;
  }

  private double covariance(Scale a, Scale b) {
    double x = Math.log(a.params() / b.params()) / scatter.reach();
    double y = Math.log(a.tokens() / b.tokens()) / scatter.reach();
    return scatter.form() * scatter.form() * Math.exp(-(x * x + y * y) / 2);
  }

  /** Runs taken. */
  int runs() {
    return taken.size();
  }

  /** Adds a run to those that are fitted. */
  void take(int run) {
    add(information, run);
    taken.add(run);
  }

  private void add(double[][] matrix, int run) {
    double weight = 1 / (scatter.deviation() * scatter.deviation());
    for (int j = 0; j < matrix.length; j++) {
      for (int k = 0; k < matrix.length; k++) {
        matrix[j][k] += weight * slope[run][j] * slope[run][k];
      }
    }
  }

  /** Mean over the targets, with the runs taken. */
  double mean() {
    return mean(information, taken);
  }

  /** The same with one run more. */
  double meanWith(int run) {
    double[][] matrix = new double[information.length][];
    for (int j = 0; j < matrix.length; j++) {
      matrix[j] = information[j].clone();
    }
    add(matrix, run);
    List<Integer> more = new ArrayList<>(taken);
    more.add(run);
    return mean(matrix, more);
  }

  private double mean(double[][] matrix, List<Integer> fitted) {
    double[][] root = root(matrix);
    int[] rows = fitted.stream().mapToInt(Integer::intValue).toArray();
    double sum = 0;
    for (int target = candidates; target < candidates + targets; target++) {
      sum += squaredError(root, rows, target);
    }
    return sum / targets;
  }

  /** Of the fit's answer, which weighs each row's ln L by some number. */
  private double squaredError(double[][] root, int[] rows, int target) {
    double[] solved = solve(root, slope[target]);
    double[] weight = new double[rows.length];
    double[] gap = slope[target].clone();
    double variance = scatter.deviation() * scatter.deviation();
    for (int i = 0; i < rows.length; i++) {
      weight[i] = product(solved, slope[rows[i]]) / variance;
      for (int j = 0; j < gap.length; j++) {
        gap[j] -= weight[i] * slope[rows[i]][j];
      }
    }
    double error = product(gap, gap) + scatter.form() * scatter.form();
    for (int i = 0; i < rows.length; i++) {
      double seen = scatter.noise() * scatter.noise() * weight[i] - 2 * form[target][rows[i]];
      for (int k = 0; k < rows.length; k++) {
        seen += weight[k] * form[rows[i]][rows[k]];
      }
      error += weight[i] * seen;
    }
    return error;
  }

  /** The lower Cholesky factor. */
  private static double[][] root(double[][] matrix) {
    double[][] root = new double[matrix.length][matrix.length];
    for (int i = 0; i < matrix.length; i++) {
      for (int j = 0; j <= i; j++) {
        double sum = matrix[i][j];
        for (int k = 0; k < j; k++) {
          sum -= root[i][k] * root[j][k];
        }
        root[i][j] = i == j ? Math.sqrt(Math.max(sum, SINGULAR * matrix[i][i])) : sum / root[j][j];
      }
    }
    return root;
  }

  private static double[] solve(double[][] root, double[] right) {
    double[] x = right.clone();
    for (int i = 0; i < x.length; i++) {
      for (int k = 0; k < i; k++) {
        x[i] -= root[i][k] * x[k];
      }
      x[i] /= root[i][i];
    }
    for (int i = x.length - 1; i >= 0; i--) {
      for (int k = i + 1; k < x.length; k++) {
        x[i] -= root[k][i] * x[k];
      }
      x[i] /= root[i][i];
    }
    return x;
  }

  private static double product(double[] a, double[] b) {
    double sum = 0;
    for (int j = 0; j < a.length; j++) {
      sum += a[j] * b[j];
    }
    return sum;
  }
}
