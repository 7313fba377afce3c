package kleiber.engine;

import java.lang.foreign.MemorySegment;

/**
 * e^x over a stretch of an array, within 2 ulp, in loops that the compiler vectorises: with k =
 * round(x / ln 2) and r = x − k ln 2, e^x = 2^k (1 + r + r² q(r)), q a polynomial fitted to 7e-8.
 * Arguments outside [−87, 88] count as the nearer bound, so that results are normal numbers; NaN
 * stays NaN. Not thread-safe.
 */
final class Exponential {
  private static final int BLOCK = 2048;
  private static final float LOWEST = -87;
  private static final float HIGHEST = 88;
  private static final float PER_LN2 = (float) (1 / Math.log(2));
  // The high part of ln 2 has few bits, so that its products with k are exact.
  private static final float LN2_HIGH = 0x1.62ep-1f;
  private static final float LN2_LOW = (float) (Math.log(2) - LN2_HIGH);
  // Adding 1.5 · 2^23 rounds to an integer.
  private static final float ROUND = 0x1.8p23f;
  private static final float Q4 = 0x1.6d1606p-10f;
  private static final float Q3 = 0x1.12106cp-7f;
  private static final float Q2 = 0x1.555516p-5f;
  private static final float Q1 = 0x1.5554d8p-3f;
  private static final float Q0 = 0.5f;

  private final float[] values = new float[BLOCK];
  private final float[] powers = new float[BLOCK];
  private final int[] bits = new int[BLOCK];
  // Copying bytes turns bits into floats at once; the compiler does that one by one.
  private final MemorySegment bitsSegment = MemorySegment.ofArray(bits);
  private final MemorySegment powersSegment = MemorySegment.ofArray(powers);

  /** x ← e^x from one index up to another. */
  void apply(float[] x, int from, int to) {
    for (int start = from; start < to; start += BLOCK) {
      int length = Math.min(BLOCK, to - start);
      System.arraycopy(x, start, values, 0, length);
      block(length);
      System.arraycopy(values, 0, x, start, length);
    }
  }

  private void block(int length) {
    for (int i = 0; i < length; i++) {
      float value = Math.min(Math.max(values[i], LOWEST), HIGHEST);
      float k = Math.fma(value, PER_LN2, ROUND) - ROUND;
      float r = Math.fma(k, -LN2_LOW, Math.fma(k, -LN2_HIGH, value));
      float q = Math.fma(Math.fma(Math.fma(Math.fma(Q4, r, Q3), r, Q2), r, Q1), r, Q0);
      values[i] = Math.fma(q, r * r, r) + 1;
      bits[i] = ((int) k + 127) << 23;
    }
    MemorySegment.copy(bitsSegment, 0, powersSegment, 0, (long) Float.BYTES * length);
    for (int i = 0; i < length; i++) {
      values[i] *= powers[i];
    }
  }
}
