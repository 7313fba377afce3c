package kleiber.engine.host;

import jdk.incubator.vector.FloatVector;

/**
 * GELU in its tanh form, as x · σ(2u) with u = √(2/π) (x + 0.044715 x³), because (1 + tanh u) / 2 =
 * σ(2u) = E / (1 + E), E = e^2u, keeps its digits where tanh u is close to −1.
 */
final class Gelu {
  private static final float LINEAR = (float) (2 * Math.sqrt(2 / Math.PI));
  private static final float CUBIC = (float) (2 * Math.sqrt(2 / Math.PI) * 0.044715);

  private Gelu() {}

  static FloatVector value(FloatVector x) {
    FloatVector e = exponential(x);
    return x.mul(e.div(e.add(1)));
  }

  /** dy/dx. */
  static FloatVector slope(FloatVector x) {
    FloatVector e = exponential(x);
    FloatVector rest = FloatVector.broadcast(Vectors.FLOATS, 1).div(e.add(1));
    FloatVector sigmoid = e.mul(rest);
    FloatVector inner = x.mul(x).mul(3 * CUBIC).add(LINEAR).mul(x);
    return sigmoid.mul(rest).fma(inner, sigmoid);
  }

  private static FloatVector exponential(FloatVector x) {
    return Vectors.exponential(x.mul(x).mul(CUBIC).add(LINEAR).mul(x));
  }
}
