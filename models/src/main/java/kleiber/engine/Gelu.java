package kleiber.engine;

/**
 * GELU in its tanh form, as x · σ(2u) with u = √(2/π) (x + 0.044715 x³), because (1 + tanh u) / 2 =
 * σ(2u) = E / (1 + E), E = e^2u, keeps its digits where tanh u is close to −1.
 */
final class Gelu {
  private static final float LINEAR = (float) (2 * Math.sqrt(2 / Math.PI));
  private static final float CUBIC = (float) (2 * Math.sqrt(2 / Math.PI) * 0.044715);

  private Gelu() {}

  /** From x in the first buffer, y in the second. */
  static void value(HostScratch scratch, int length) {
    float[] x = scratch.first;
    float[] e = exponentials(scratch, length);
    for (int i = 0; i < length; i++) {
      e[i] = x[i] * (e[i] / (1 + e[i]));
    }
  }

  /** From x in the first buffer, dy/dx in the second. */
  static void slope(HostScratch scratch, int length) {
    float[] x = scratch.first;
    float[] e = exponentials(scratch, length);
    for (int i = 0; i < length; i++) {
      float rest = 1 / (1 + e[i]);
      float sigmoid = e[i] * rest;
      e[i] = sigmoid + sigmoid * rest * (x[i] * (LINEAR + 3 * CUBIC * x[i] * x[i]));
    }
  }

  private static float[] exponentials(HostScratch scratch, int length) {
    float[] x = scratch.first;
    float[] e = scratch.second;
    for (int i = 0; i < length; i++) {
      e[i] = x[i] * (LINEAR + CUBIC * x[i] * x[i]);
    }
    scratch.exponential.apply(e, 0, length);
    return e;
  }
}
