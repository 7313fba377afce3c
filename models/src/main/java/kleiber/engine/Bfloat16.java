package kleiber.engine;

/** The upper half of a float32: its exponent, and 8 bits of significand. */
public final class Bfloat16 {
  private static final int QUIET_NAN = 0x40_0000;
  private static final int UPPER_HALF = 0xffff_0000;

  private Bfloat16() {}

  /**
   * The nearest bfloat16, of two equally near the even one; NaN stays NaN. Subnormal numbers become
   * zero, as the instructions for bfloat16 have it.
   */
  public static float round(float value) {
    int bits = Float.floatToRawIntBits(value);
    if (Math.abs(value) < Float.MIN_NORMAL) {
      return 0;
    }
    if (Float.isNaN(value)) {
      return Float.intBitsToFloat((bits | QUIET_NAN) & UPPER_HALF);
    }
    int lastKept = bits >>> 16 & 1;
    return Float.intBitsToFloat(bits + 0x7fff + lastKept & UPPER_HALF);
  }

  /** Rounds a stretch of an array into the beginning of another. */
  public static void round(float[] values, int from, float[] rounded, int length) {
    for (int i = 0; i < length; i++) {
      rounded[i] = round(values[from + i]);
    }
  }
}
