package kleiber.engine.host;

/**
 * Sums in an order that is written down: the compiler keeps the order of additions, so the bits
 * depend on the length alone.
 */
final class Reductions {
  private Reductions() {}

  /** Sum of squares, in double precision: no gradient that is finite overflows it. */
  static double squares(float[] x, int from, int to) {
    double s0 = 0, s1 = 0, s2 = 0, s3 = 0;
    int i = from;
    for (; i < to - 3; i += 4) {
      s0 += (double) x[i] * x[i];
      s1 += (double) x[i + 1] * x[i + 1];
      s2 += (double) x[i + 2] * x[i + 2];
      s3 += (double) x[i + 3] * x[i + 3];
    }
    double rest = 0;
    for (; i < to; i++) {
      rest += (double) x[i] * x[i];
    }
    return ((s0 + s2) + (s1 + s3)) + rest;
  }
}
