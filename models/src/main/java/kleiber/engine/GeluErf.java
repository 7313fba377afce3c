package kleiber.engine;

/**
 * GELU in its exact form, x · Φ(x). With z = |x|/√2 and t = 1 / (1 + z/2), the tail is Φ(−|x|) =
 * t/2 · e^(−z² + p(t)), p a polynomial fitted to 2e-8 over z ≤ 14: one formula for every x, as x ·
 * Φ(x) = max(x, 0) − |x| · Φ(−|x|).
 */
final class GeluErf {
  private static final float[] P = {
    -1.265543721f,
    1.001002654f,
    0.361469801f,
    0.1857014086f,
    -0.5673003891f,
    1.324204648f,
    -3.009094103f,
    3.671220028f,
    -2.413162779f,
    0.8298063522f,
    -0.1183038937f
  };
  private static final float FARTHEST = 14;
  private static final float DENSITY = (float) (1 / Math.sqrt(2 * Math.PI));

  private GeluErf() {}

  static void value(float[] x, int start, int length, float[] y, HostScratch scratch) {
    float[] tail = tails(x, start, length, scratch);
    for (int i = 0; i < length; i++) {
      float v = x[start + i];
      y[start + i] = Math.max(v, 0) - Math.abs(v) * tail[i];
    }
  }

  /** Adds to dx. */
  static void gradient(
      float[] x, int start, int length, float[] dy, float[] dx, HostScratch scratch) {
    float[] tail = tails(x, start, length, scratch);
    float[] density = scratch.second;
    for (int i = 0; i < length; i++) {
      density[i] = -0.5f * x[start + i] * x[start + i];
    }
    scratch.exponential.apply(density, 0, length);
    for (int i = 0; i < length; i++) {
      float v = x[start + i];
      float cumulative = v < 0 ? tail[i] : 1 - tail[i];
      dx[start + i] += dy[start + i] * (cumulative + v * density[i] * DENSITY);
    }
  }

  /** Φ(−|x|). */
  private static float[] tails(float[] x, int start, int length, HostScratch scratch) {
    float[] tail = scratch.first;
    for (int i = 0; i < length; i++) {
      float z = z(x[start + i]);
      float t = 1 / (1 + 0.5f * z);
      float p = P[10];
      for (int n = 9; n >= 0; n--) {
        p = Math.fma(p, t, P[n]);
      }
      tail[i] = p - z * z;
    }
    scratch.exponential.apply(tail, 0, length);
    for (int i = 0; i < length; i++) {
      tail[i] *= 0.5f / (1 + 0.5f * z(x[start + i]));
    }
    return tail;
  }

  private static float z(float x) {
    return Math.min(Math.abs(x) * (float) Math.sqrt(0.5), FARTHEST);
  }
}
