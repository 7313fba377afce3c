package kleiber.engine;

/**
 * GELU in its tanh form, as x · σ(2u) with u = √(2/π) (x + 0.044715 x³), because (1 + tanh u) / 2 =
 * σ(2u) = E / (1 + E), E = e^2u, keeps its digits where tanh u is close to −1.
 */
final class Gelu {
  private static final float LINEAR = (float) (2 * Math.sqrt(2 / Math.PI));
  private static final float CUBIC = (float) (2 * Math.sqrt(2 / Math.PI) * 0.044715);

  private Gelu() {}

  static void value(float[] x, int start, int length, float[] y, HostScratch scratch) {
    float[] e = exponentials(x, start, length, scratch);
    for (int i = 0; i < length; i++) {
      y[start + i] = x[start + i] * (e[i] / (1 + e[i]));
    }
  }

  /** Adds to dx. */
  static void gradient(
      float[] x, int start, int length, float[] dy, float[] dx, HostScratch scratch) {
    float[] e = exponentials(x, start, length, scratch);
    for (int i = 0; i < length; i++) {
      float v = x[start + i];
      float rest = 1 / (1 + e[i]);
      float sigmoid = e[i] * rest;
      float inner = v * (LINEAR + 3 * CUBIC * v * v);
      dx[start + i] += dy[start + i] * (sigmoid + sigmoid * rest * inner);
    }
  }

  private static float[] exponentials(float[] x, int start, int length, HostScratch scratch) {
    float[] e = scratch.first;
    for (int i = 0; i < length; i++) {
      float v = x[start + i];
      e[i] = v * (LINEAR + CUBIC * v * v);
    }
    scratch.exponential.apply(e, 0, length);
    return e;
  }
}
