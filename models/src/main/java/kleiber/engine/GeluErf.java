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

  /** From x in the first buffer, y in the second. */
  static void value(HostScratch scratch, int length) {
    float[] x = scratch.first;
    float[] tail = tails(scratch, length);
    for (int i = 0; i < length; i++) {
      tail[i] = Math.max(x[i], 0) - Math.abs(x[i]) * tail[i];
    }
  }

  /** From x in the first buffer, dy/dx in the second. */
  static void slope(HostScratch scratch, int length) {
    float[] x = scratch.first;
    float[] tail = tails(scratch, length);
    float[] density = scratch.third;
    for (int i = 0; i < length; i++) {
      density[i] = -0.5f * x[i] * x[i];
    }
    scratch.exponential.apply(density, 0, length);
    for (int i = 0; i < length; i++) {
      float cumulative = x[i] < 0 ? tail[i] : 1 - tail[i];
      tail[i] = cumulative + x[i] * density[i] * DENSITY;
    }
  }

  /** Φ(−|x|), in the second buffer. */
  private static float[] tails(HostScratch scratch, int length) {
    float[] x = scratch.first;
    float[] tail = scratch.second;
    for (int i = 0; i < length; i++) {
      float z = z(x[i]);
      float t = 1 / (1 + 0.5f * z);
      float p = P[10];
      for (int n = 9; n >= 0; n--) {
        p = Math.fma(p, t, P[n]);
      }
      tail[i] = p - z * z;
    }
    scratch.exponential.apply(tail, 0, length);
    for (int i = 0; i < length; i++) {
      tail[i] *= 0.5f / (1 + 0.5f * z(x[i]));
    }
    return tail;
  }

  private static float z(float x) {
    return Math.min(Math.abs(x) * (float) Math.sqrt(0.5), FARTHEST);
  }
}
