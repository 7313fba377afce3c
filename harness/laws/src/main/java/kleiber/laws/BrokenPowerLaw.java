package kleiber.laws;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;

/**
 * y = a + b x^-c0 Π_i (1 + (x/d_i)^(1/f_i))^(-c_i f_i): power laws that turn into one another. At
 * the break d_i the exponent grows by c_i; f_i says how sharply. A negative exponent lets the loss
 * rise again. Parameters in order: a, b, c0, then c_i, d_i, f_i of each break.
 *
 * <p>Caballero et al. 2023, <i>Broken Neural Scaling Laws</i> (arXiv:2210.14891), eq. 1. Breaks are
 * found, not given: starts try them between all the points there are.
 *
 * @param breaks how many, 1 to 3
 * @param x what the loss changes with
 */
public record BrokenPowerLaw(int breaks, Variable x) implements Typical, SelfStarting {
  private static final int A = 0;
  private static final int B = 1;
  private static final int C0 = 2;
  private static final int FIRST = 3;

  /** What starts try: a as a share of the lowest loss, and the width of breaks. */
  private static final double[] FLOORS = {0, 0.3, 0.6, 0.85, 0.95, 0.99};

  private static final double[] WIDTHS = {0.05, 0.2, 0.7};
  private static final int PLACES = 16;

  public BrokenPowerLaw {
    if (breaks < 1 || breaks > 3) {
      throw new IllegalArgumentException(
          breaks + " breaks; give 1 to 3 (a law of none is SaturatingPowerLaw)");
    }
    Objects.requireNonNull(x, "x");
  }

  @Override
  public String formula() {
    String unbroken = "L = a + b " + x.symbol() + "^-c0";
    StringBuilder formula = new StringBuilder(unbroken);
    for (int i = 1; i <= breaks; i++) {
      formula.append(
          " (1 + (%s/d%d)^(1/f%d))^(-c%d f%d)".replace("%s", x.symbol()).formatted(i, i, i, i));
    }
    return formula.toString();
  }

  @Override
  public String source() {
    return "Caballero et al. 2023, arXiv:2210.14891, eq. 1";
  }

  @Override
  public List<Parameter> parameters() {
    List<Parameter> parameters = new ArrayList<>();
    parameters.add(new Parameter("a", "nats per token", 0, 1e3));
    parameters.add(new Parameter("b", "nats per token times x^c0", 1e-30, 1e60));
    parameters.add(new Parameter("c0", "exponent before all breaks", -5, 5));
    for (int i = 1; i <= breaks; i++) {
      parameters.add(new Parameter("c" + i, "what the break adds to the exponent", -20, 20));
      parameters.add(new Parameter("d" + i, "x of the break", 1e-3, 1e40));
      parameters.add(new Parameter("f" + i, "width of the break in ln x", 1e-3, 10));
    }
    return List.copyOf(parameters);
  }

  @Override
  public List<Axis> axes() {
    return List.of(x.axis(1e7, 1e10));
  }

  @Override
  public double[] typical() {
    double[] theta = new double[FIRST + 3 * breaks];
    theta[A] = 0.5;
    theta[B] = 6;
    theta[C0] = 0.05;
    for (int i = 0; i < breaks; i++) {
      theta[FIRST + 3 * i] = 0.5;
      theta[FIRST + 3 * i + 1] = 1e7 * Math.pow(1e3, (i + 1.0) / (breaks + 1));
      theta[FIRST + 3 * i + 2] = 0.2;
    }
    return theta;
  }

  @Override
  public double loss(Scale at, double[] theta) {
    return theta[A] + Math.exp(lnBroken(Math.log(x.of(at)), theta));
  }

  @Override
  public void gradient(Scale at, double[] theta, double[] gradient) {
    double ln = Math.log(x.of(at));
    double broken = Math.exp(lnBroken(ln, theta));
    gradient[A] = 1;
    gradient[B] = broken / theta[B];
    gradient[C0] = -broken * ln;
    for (int c = FIRST; c < theta.length; c += 3) {
      double f = theta[c + 2];
      double t = (ln - Math.log(theta[c + 1])) / f;
      double passed = softplus(t);
      double share = 1 / (1 + Math.exp(-t));
      gradient[c] = -broken * f * passed;
      gradient[c + 1] = broken * theta[c] * share / theta[c + 1];
      gradient[c + 2] = -broken * theta[c] * (passed - share * t);
    }
  }

  private static double lnBroken(double lnX, double[] theta) {
    double sum = Math.log(theta[B]) - theta[C0] * lnX;
    for (int c = FIRST; c < theta.length; c += 3) {
      double f = theta[c + 2];
      sum -= theta[c] * f * softplus((lnX - Math.log(theta[c + 1])) / f);
    }
    return sum;
  }

  /** ln(1 + e^t) without overflow. */
  private static double softplus(double t) {
    return Math.max(t, 0) + Math.log1p(Math.exp(-Math.abs(t)));
  }

  /**
   * With a, the breaks and their widths given, ln(y − a) is linear in ln b and all exponents; the
   * breaks are tried at every choice of places between the points.
   */
  @Override
  public List<double[]> starts(List<Observation> rows) {
    double[] lnX = rows.stream().mapToDouble(row -> Math.log(x.of(row.at()))).toArray();
    double[] y = rows.stream().mapToDouble(Observation::loss).toArray();
    double lowest = Arrays.stream(y).min().orElse(0);
    double[] places = places(lnX);
    Best<double[]> best = new Best<>(6);
    int[] chosen = new int[breaks];
    for (int i = 0; i < breaks; i++) {
      chosen[i] = i;
    }
    while (places.length >= breaks && chosen[breaks - 1] < places.length) {
      for (double width : WIDTHS) {
        for (double floor : FLOORS) {
          look(lnX, y, floor * lowest, width, chosen, places, best);
        }
      }
      advance(chosen, places.length);
    }
    return best.all();
  }

  private static void look(
      double[] lnX,
      double[] y,
      double floor,
      double width,
      int[] chosen,
      double[] places,
      Best<double[]> best) {
    double[][] columns = new double[y.length][2 + chosen.length];
    double[] ln = new double[y.length];
    for (int i = 0; i < y.length; i++) {
      columns[i][0] = 1;
      columns[i][1] = -lnX[i];
      for (int k = 0; k < chosen.length; k++) {
        columns[i][2 + k] = -width * softplus((lnX[i] - places[chosen[k]]) / width);
      }
      ln[i] = Math.log(y[i] - floor);
    }
    double[] line = LinearFit.of(columns, ln).coefficients();
    double[] theta = new double[FIRST + 3 * chosen.length];
    theta[A] = floor;
    theta[B] = Math.exp(line[0]);
    theta[C0] = line[1];
    for (int k = 0; k < chosen.length; k++) {
      theta[FIRST + 3 * k] = line[2 + k];
      theta[FIRST + 3 * k + 1] = Math.exp(places[chosen[k]]);
      theta[FIRST + 3 * k + 2] = width;
    }
    double squares = 0;
    for (int i = 0; i < y.length; i++) {
      double residual = Math.log((floor + Math.exp(lnBroken(lnX[i], theta))) / y[i]);
      squares += residual * residual;
    }
    best.offer(squares, theta);
  }

  /** The next choice of ascending places; past the last, the last index is out of range. */
  private static void advance(int[] chosen, int places) {
    int k = chosen.length - 1;
    while (k > 0 && chosen[k] == places - chosen.length + k) {
      k--;
    }
    chosen[k]++;
    for (int m = k + 1; m < chosen.length; m++) {
      chosen[m] = chosen[m - 1] + 1;
    }
  }

  /** ln x between neighbouring points, but for the outermost; at most so many. */
  private static double[] places(double[] lnX) {
    double[] distinct = Arrays.stream(lnX).sorted().distinct().toArray();
    int gaps = Math.max(0, distinct.length - 3);
    double[] places = new double[Math.min(PLACES, gaps)];
    for (int i = 0; i < places.length; i++) {
      int gap = 1 + (int) ((i + 0.5) * gaps / places.length);
      places[i] = (distinct[gap] + distinct[gap + 1]) / 2;
    }
    return places;
  }
}
