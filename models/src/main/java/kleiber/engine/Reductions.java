package kleiber.engine;

/**
 * Sums in an order that is written down: eight running sums, then a tree. The compiler keeps the
 * order of float additions, so the bits depend on the length alone.
 */
final class Reductions {
  private Reductions() {}

  static float sum(float[] x, int from, int length) {
    float s0 = 0, s1 = 0, s2 = 0, s3 = 0, s4 = 0, s5 = 0, s6 = 0, s7 = 0;
    int i = from;
    for (int end = from + length - 7; i < end; i += 8) {
      s0 += x[i];
      s1 += x[i + 1];
      s2 += x[i + 2];
      s3 += x[i + 3];
      s4 += x[i + 4];
      s5 += x[i + 5];
      s6 += x[i + 6];
      s7 += x[i + 7];
    }
    float rest = 0;
    for (; i < from + length; i++) {
      rest += x[i];
    }
    return ((s0 + s4) + (s1 + s5)) + ((s2 + s6) + (s3 + s7)) + rest;
  }

  static float dot(float[] x, int xFrom, float[] y, int yFrom, int length) {
    float s0 = 0, s1 = 0, s2 = 0, s3 = 0, s4 = 0, s5 = 0, s6 = 0, s7 = 0;
    int i = 0;
    for (; i < length - 7; i += 8) {
      s0 = Math.fma(x[xFrom + i], y[yFrom + i], s0);
      s1 = Math.fma(x[xFrom + i + 1], y[yFrom + i + 1], s1);
      s2 = Math.fma(x[xFrom + i + 2], y[yFrom + i + 2], s2);
      s3 = Math.fma(x[xFrom + i + 3], y[yFrom + i + 3], s3);
      s4 = Math.fma(x[xFrom + i + 4], y[yFrom + i + 4], s4);
      s5 = Math.fma(x[xFrom + i + 5], y[yFrom + i + 5], s5);
      s6 = Math.fma(x[xFrom + i + 6], y[yFrom + i + 6], s6);
      s7 = Math.fma(x[xFrom + i + 7], y[yFrom + i + 7], s7);
    }
    float rest = 0;
    for (; i < length; i++) {
      rest = Math.fma(x[xFrom + i], y[yFrom + i], rest);
    }
    return ((s0 + s4) + (s1 + s5)) + ((s2 + s6) + (s3 + s7)) + rest;
  }

  /** Largest element; NaN elements are passed over. */
  static float max(float[] x, int from, int length) {
    float max = Float.NEGATIVE_INFINITY;
    for (int i = from; i < from + length; i++) {
      if (x[i] > max) {
        max = x[i];
      }
    }
    return max;
  }

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
