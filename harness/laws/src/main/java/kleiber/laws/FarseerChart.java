package kleiber.laws;

import java.util.List;

/**
 * Farseer's curves by constants at the middle of the sizes there are, N0: a stretched exponential
 * e^(a N^γ + b) becomes y e^(s q), with y its value at N0, s its slope by ln N and q = ((N/N0)^γ −
 * 1) / γ, the transformation of Box and Cox (1964), which is ln(N/N0) where γ is small. There a and
 * b grow beyond all bounds against one another, while y and s do not. Constants in order: y, s and
 * γ of the floor, of the price of data, and of its exponent.
 */
final class FarseerChart implements Chart {
  private static final int STRETCHED = 3;

  private static final List<Parameter> CONSTANTS =
      List.of(
          new Parameter("floor", "loss", 1e-8, 100),
          new Parameter("slope of ln floor", "per ln N", -5, 5),
          new Parameter("gamma", "exponent of parameters", 0.001, 1),
          new Parameter("price", "loss times tokens^exponent", 1e-15, 1e40),
          new Parameter("slope of ln price", "per ln N", -50, 50),
          new Parameter("beta", "exponent of parameters", -1, -0.001),
          new Parameter("exponent", "exponent of tokens", 1e-4, 10),
          new Parameter("slope of ln exponent", "per ln N", -5, 5),
          new Parameter("alpha", "exponent of parameters", 0.001, 1));

  private final double lnMiddle;
  private final double[] x;
  private final double[] lnTokens;

  FarseerChart(List<Scale> scales) {
    double[] lnParams = scales.stream().mapToDouble(at -> Math.log(at.params())).toArray();
    double sum = 0;
    for (double ln : lnParams) {
      sum += ln;
    }
    lnMiddle = sum / lnParams.length;
    x = new double[lnParams.length];
    for (int i = 0; i < x.length; i++) {
      x[i] = lnParams[i] - lnMiddle;
    }
    lnTokens = scales.stream().mapToDouble(at -> Math.log(at.tokens())).toArray();
  }

  @Override
  public List<Parameter> constants() {
    return CONSTANTS;
  }

  @Override
  public double[] of(double[] theta) {
    double[] constants = new double[theta.length];
    for (int at = 0; at < theta.length; at += STRETCHED) {
      double middle = theta[at] * Math.exp(theta[at + 1] * lnMiddle);
      constants[at] = Math.exp(middle + theta[at + 2]);
      constants[at + 1] = theta[at + 1] * middle;
      constants[at + 2] = theta[at + 1];
    }
    return constants;
  }

  @Override
  public double[] theta(double[] constants) {
    double[] theta = new double[constants.length];
    for (int at = 0; at < theta.length; at += STRETCHED) {
      double middle = constants[at + 1] / constants[at + 2];
      theta[at] = middle * Math.exp(-constants[at + 2] * lnMiddle);
      theta[at + 1] = constants[at + 2];
      theta[at + 2] = Math.log(constants[at]) - middle;
    }
    return theta;
  }

  @Override
  public BoundLaw law() {
    return (row, constants, gradient) -> {
      double floor = stretched(0, x[row], constants, gradient);
      double price = stretched(STRETCHED, x[row], constants, gradient);
      double exponent = stretched(2 * STRETCHED, x[row], constants, gradient);
      double power = Math.exp(-exponent * lnTokens[row]);
      for (int j = STRETCHED; j < 2 * STRETCHED; j++) {
        gradient[j] *= power;
      }
      for (int j = 2 * STRETCHED; j < 3 * STRETCHED; j++) {
        gradient[j] *= -price * power * lnTokens[row];
      }
      return floor + price * power;
    };
  }

  /** y e^(s q) of the constants from a place on; writes its derivatives by them. */
  private static double stretched(int at, double x, double[] constants, double[] gradient) {
    double slope = constants[at + 1];
    double exponent = constants[at + 2];
    double less = Math.expm1(exponent * x);
    double q = less / exponent;
    double byValue = Math.exp(slope * q);
    double value = constants[at] * byValue;
    gradient[at] = byValue;
    gradient[at + 1] = value * q;
    gradient[at + 2] = value * slope * (x * (less + 1) - q) / exponent;
    return value;
  }
}
