package kleiber.estimate;

import java.util.Arrays;
import kleiber.fit.Digits;

/**
 * The least-squares parabola of one budget's losses over ln N, and its vertex.
 *
 * <p>Hoffmann et al. 2022 (arXiv:2203.15556), section 3.2. Its vertex is shifted away from the true
 * optimum, since the losses are no parabola: {@link #shift}.
 *
 * @param budget the runs
 * @param params N at the vertex
 * @param loss there
 * @param vertex whether it means anything
 * @param predicted losses on the parabola at the sizes tried
 */
public record Parabola(
    IsoFlop budget, double params, double loss, Vertex vertex, double[] predicted) {
  public static Parabola fit(IsoFlop budget) {
    int n = budget.params().length;
    double[] x = Arrays.stream(budget.params()).map(Math::log).toArray();
    double centre = Arrays.stream(x).average().orElseThrow();
    double[][] rows = new double[n][];
    for (int i = 0; i < n; i++) {
      x[i] -= centre;
      rows[i] = new double[] {1, x[i], x[i] * x[i]};
    }
    Regression fit =
        Regression.of(rows, budget.losses(), Regression.equal(n))
            .orElseThrow(
                () -> new IllegalArgumentException("The sizes of a budget are all but equal."));
    double[] c = fit.coefficients();
    double at = -c[1] / (2 * c[2]);
    double[] predicted = new double[n];
    for (int i = 0; i < n; i++) {
      predicted[i] = budget.losses()[i] - fit.residuals()[i];
    }
    return new Parabola(
        budget,
        Math.exp(centre + at),
        c[0] + at * (c[1] + at * c[2]),
        verdict(x, c[2], at),
        predicted);
  }

  private static Vertex verdict(double[] x, double curvature, double at) {
    if (!(curvature > 0)) {
      return Vertex.CONCAVE;
    }
    int n = x.length;
    if (at <= x[0] || at >= x[n - 1]) {
      return Vertex.EDGE;
    }
    return n > 3 && (at < x[1] || at > x[n - 2]) ? Vertex.OPEN : Vertex.INSIDE;
  }

  /** What became of the vertex, for a reader. */
  public String sentence() {
    String what =
        switch (vertex) {
          case INSIDE -> "its vertex lies among the sizes tried";
          case CONCAVE -> "the parabola is not convex";
          case EDGE -> "its vertex lies outside the sizes tried";
          case OPEN -> "only one size lies beyond its vertex";
        };
    return "Budget of " + Digits.of(budget.flops(), 3) + " FLOPs: " + what + ".";
  }

  /**
   * How far ln N at the vertex lies above that of the true optimum when the losses are exactly E +
   * A N^-α + B D^-β at C = 6ND, on sizes evenly spaced in ln N. With t the distance of a size from
   * the middle of the grid, and t = 0 lying {@code offCentre} above the optimum, losses are a
   * constant plus β e^(−α(t + offCentre)) + α e^(β(t + offCentre)) up to a factor; the vertex is
   * −(slope) / 2(curvature) of their least-squares parabola, whose moments over an even grid are
   * finite sums. It depends on nothing else: not on A, B, E or C. A shift that is the same at every
   * budget moves the constant of N* = G C^a alone; grids that drift off centre move a.
   *
   * @param alpha exponent of N
   * @param beta exponent of D
   * @param halfWidth ln of the largest size over the middle one
   * @param points sizes, at least three
   * @param offCentre ln of the middle size over the true optimum
   */
  public static double shift(
      double alpha, double beta, double halfWidth, int points, double offCentre) {
    if (points < 3 || !(halfWidth > 0) || !(alpha > 0) || !(beta > 0)) {
      throw new IllegalArgumentException(
          "A parabola needs at least 3 points, a positive width and positive exponents, but was"
              + " given points "
              + points
              + ", half width "
              + halfWidth
              + ", alpha "
              + alpha
              + ", beta "
              + beta);
    }
    double[] t = new double[points];
    double second = 0;
    double fourth = 0;
    for (int i = 0; i < points; i++) {
      t[i] = halfWidth * (2.0 * i / (points - 1) - 1);
      second += t[i] * t[i] / points;
      fourth += Math.pow(t[i], 4) / points;
    }
    double ofParams = beta * Math.exp(-alpha * offCentre);
    double ofTokens = alpha * Math.exp(beta * offCentre);
    double slope = 0;
    double curvature = 0;
    for (double ti : t) {
      slope += ti * (ofTokens * Math.sinh(beta * ti) - ofParams * Math.sinh(alpha * ti));
      curvature +=
          (ti * ti - second) * (ofTokens * Math.cosh(beta * ti) + ofParams * Math.cosh(alpha * ti));
    }
    slope /= points * second;
    curvature /= points * (fourth - second * second);
    return offCentre - slope / (2 * curvature);
  }
}
