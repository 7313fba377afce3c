package kleiber.laws;

import java.util.List;

/**
 * Estimates for laws of the form L = E + (A N^-α + B D^-β)^γ: for a given E, α, β and γ the sizes A
 * and B follow from a line through (L − E)^(1/γ).
 */
final class PowerOfSumStart {
  private static final int KEPT = 5;

  /** One estimate: floor E, and the constants under the power. */
  record Found(double floor, double a, double alpha, double b, double beta, double gamma) {}

  private final double[] loss;
  private final double[] lnParams;
  private final double[] lnTokens;
  private final double[][] x;
  private final double[] y;
  private final Best<Found> best = new Best<>(KEPT);

  PowerOfSumStart(List<Observation> rows) {
    loss = rows.stream().mapToDouble(Observation::loss).toArray();
    lnParams = rows.stream().mapToDouble(row -> Math.log(row.at().params())).toArray();
    lnTokens = rows.stream().mapToDouble(row -> Math.log(row.at().tokens())).toArray();
    x = new double[loss.length][2];
    y = new double[loss.length];
  }

  void look(double floor, double alpha, double beta, double gamma) {
    for (int i = 0; i < loss.length; i++) {
      x[i][0] = Math.exp(-alpha * lnParams[i]);
      x[i][1] = Math.exp(-beta * lnTokens[i]);
      y[i] = Math.pow(loss[i] - floor, 1 / gamma);
    }
    double[] size = LinearFit.relative(x, y).coefficients();
    if (size[0] > 0 && size[1] > 0) {
      double squares = 0;
      for (int i = 0; i < loss.length; i++) {
        double sum = size[0] * x[i][0] + size[1] * x[i][1];
        double residual = Math.log((floor + Math.pow(sum, gamma)) / loss[i]);
        squares += residual * residual;
      }
      best.offer(squares, new Found(floor, size[0], alpha, size[1], beta, gamma));
    }
  }

  List<Found> best() {
    return best.all();
  }
}
