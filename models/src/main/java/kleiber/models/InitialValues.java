package kleiber.models;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Initial values as a pure function of a parameter's name and the seed. The generator is written
 * out (SplitMix64 over a counter, Box–Muller with {@link StrictMath}) so that every JDK and machine
 * draws the same numbers, and values are rounded to float so that every engine starts from the same
 * ones.
 */
final class InitialValues {
  private static final long GOLDEN = 0x9E3779B97F4A7C15L;

  private InitialValues() {}

  static double[] constant(int size, double value) {
    double[] values = new double[size];
    Arrays.fill(values, value);
    return values;
  }

  /** Independent draws of N(0, deviation²). */
  static double[] normal(String name, long seed, int size, double deviation) {
    long key = mix(hash(name) + mix(seed + GOLDEN));
    double[] values = new double[size];
    for (int i = 0; i < size; i += 2) {
      double radius = StrictMath.sqrt(-2 * StrictMath.log(1 - uniform(key, i)));
      double angle = 2 * Math.PI * uniform(key, i + 1);
      values[i] = (float) (deviation * radius * StrictMath.cos(angle));
      if (i + 1 < size) {
        values[i + 1] = (float) (deviation * radius * StrictMath.sin(angle));
      }
    }
    return values;
  }

  /** The draw of that number, in [0, 1). */
  private static double uniform(long key, long number) {
    return (mix(key + (number + 1) * GOLDEN) >>> 11) * 0x1p-53;
  }

  /** The finalizer of SplitMix64 (Steele, Lea and Flood 2014). */
  private static long mix(long z) {
    z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
    z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
    return z ^ (z >>> 31);
  }

  /** FNV-1a. */
  private static long hash(String name) {
    long hash = 0xCBF29CE484222325L;
    for (byte b : name.getBytes(StandardCharsets.UTF_8)) {
      hash = (hash ^ (b & 0xFF)) * 0x100000001B3L;
    }
    return hash;
  }
}
