package kleiber.engine.host;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;

/**
 * GELU in its exact form, x · Φ(x). With z = |x|/√2 and t = 1 / (1 + z/2), the tail is Φ(−|x|) =
 * t/2 · e^(−z² + p(t)), p a polynomial fitted to 2e-8 over z ≤ 14: one formula for every x, as x ·
 * Φ(x) = max(x, 0) − |x| · Φ(−|x|).
 */
final class GeluErf {
  private static final float FARTHEST = 14;
  private static final float DENSITY = (float) (1 / Math.sqrt(2 * Math.PI));

  private GeluErf() {}

  static FloatVector value(FloatVector x) {
    return x.max(0).sub(x.abs().mul(tail(x)));
  }

  /** dy/dx. */
  static FloatVector slope(FloatVector x) {
    FloatVector tail = tail(x);
    FloatVector density = Vectors.exponential(x.mul(x).mul(-0.5f)).mul(DENSITY);
    FloatVector cumulative = tail.neg().add(1).blend(tail, x.compare(VectorOperators.LT, 0));
    return x.fma(density, cumulative);
  }

  /** Φ(−|x|). */
  private static FloatVector tail(FloatVector x) {
    FloatVector z = x.abs().mul((float) Math.sqrt(0.5)).min(FARTHEST);
    FloatVector t = FloatVector.broadcast(Vectors.FLOATS, 1).div(z.mul(0.5f).add(1));
    FloatVector exponent = polynomial(t).sub(z.mul(z));
    return Vectors.exponential(exponent).mul(t.mul(0.5f));
  }

  private static FloatVector polynomial(FloatVector t) {
    FloatVector p = FloatVector.broadcast(Vectors.FLOATS, -0.1183038937f);
    p = p.fma(t, FloatVector.broadcast(Vectors.FLOATS, 0.8298063522f));
    p = p.fma(t, FloatVector.broadcast(Vectors.FLOATS, -2.413162779f));
    p = p.fma(t, FloatVector.broadcast(Vectors.FLOATS, 3.671220028f));
    p = p.fma(t, FloatVector.broadcast(Vectors.FLOATS, -3.009094103f));
    p = p.fma(t, FloatVector.broadcast(Vectors.FLOATS, 1.324204648f));
    p = p.fma(t, FloatVector.broadcast(Vectors.FLOATS, -0.5673003891f));
    p = p.fma(t, FloatVector.broadcast(Vectors.FLOATS, 0.1857014086f));
    p = p.fma(t, FloatVector.broadcast(Vectors.FLOATS, 0.361469801f));
    p = p.fma(t, FloatVector.broadcast(Vectors.FLOATS, 1.001002654f));
    return p.fma(t, FloatVector.broadcast(Vectors.FLOATS, -1.265543721f));
  }
}
