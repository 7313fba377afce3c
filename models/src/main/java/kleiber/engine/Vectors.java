package kleiber.engine;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * What the loops of the {@link HostEngine} share: the width of a vector register, e^x, and sums in
 * an order that is written down. Sums differ in their last bits between widths, so the width is
 * part of the numeric mode.
 */
final class Vectors {
  static final VectorSpecies<Float> FLOATS = FloatVector.SPECIES_PREFERRED;
  static final VectorSpecies<Integer> INTS = FLOATS.withLanes(int.class);
  static final int LANES = FLOATS.length();

  /** The number of each lane, from 0. */
  static final FloatVector LANE = (FloatVector) FLOATS.broadcast(0).addIndex(1);

  private static final float LOWEST = -87;
  private static final float HIGHEST = 88;
  private static final float PER_LN2 = (float) (1 / Math.log(2));
  // The high part of ln 2 has few bits, so that its products with k are exact.
  private static final float LN2_HIGH = 0x1.62ep-1f;
  private static final float LN2_LOW = (float) (Math.log(2) - LN2_HIGH);
  // Adding 1.5 · 2^23 rounds to an integer and leaves it in the lowest bits.
  private static final float ROUND = 0x1.8p23f;
  private static final int MANTISSA_BITS = 23;
  private static final float Q4 = 0x1.6d1606p-10f;
  private static final float Q3 = 0x1.12106cp-7f;
  private static final float Q2 = 0x1.555516p-5f;
  private static final float Q1 = 0x1.5554d8p-3f;
  private static final float Q0 = 0.5f;

  private Vectors() {}

  /** The lanes of the last vector of so many elements: all of them where it is complete. */
  static VectorMask<Float> rest(int length) {
    int rest = length % LANES;
    return rest == 0 ? FLOATS.maskAll(true) : FLOATS.indexInRange(0, rest);
  }

  static FloatVector broadcast(float value) {
    return FloatVector.broadcast(FLOATS, value);
  }

  static FloatVector load(float[] array, int at) {
    return FloatVector.fromArray(FLOATS, array, at);
  }

  static FloatVector load(float[] array, int at, VectorMask<Float> lanes) {
    return FloatVector.fromArray(FLOATS, array, at, lanes);
  }

  /**
   * e^x within 2 ulp: with k = round(x / ln 2) and r = x − k ln 2, e^x = 2^k (1 + r + r² q(r)), q a
   * polynomial fitted to 7e-8. Arguments outside [−87, 88] count as the nearer bound, so that
   * results are normal numbers; NaN stays NaN.
   */
  static FloatVector exponential(FloatVector x) {
    return exponentialBelow(x.blend(HIGHEST, x.compare(VectorOperators.GT, HIGHEST)));
  }

  /** e^x where no x is above 88. */
  static FloatVector exponentialBelow(FloatVector x) {
    FloatVector value = x.blend(LOWEST, x.compare(VectorOperators.LT, LOWEST));
    FloatVector shifted =
        value.fma(FloatVector.broadcast(FLOATS, PER_LN2), FloatVector.broadcast(FLOATS, ROUND));
    FloatVector k = shifted.sub(ROUND);
    FloatVector r = k.fma(FloatVector.broadcast(FLOATS, -LN2_HIGH), value);
    r = k.fma(FloatVector.broadcast(FLOATS, -LN2_LOW), r);
    FloatVector q = FloatVector.broadcast(FLOATS, Q4).fma(r, FloatVector.broadcast(FLOATS, Q3));
    q = q.fma(r, FloatVector.broadcast(FLOATS, Q2));
    q = q.fma(r, FloatVector.broadcast(FLOATS, Q1));
    q = q.fma(r, FloatVector.broadcast(FLOATS, Q0));
    IntVector mantissa = q.fma(r.mul(r), r).add(1).reinterpretAsInts();
    IntVector power = shifted.reinterpretAsInts().lanewise(VectorOperators.LSHL, MANTISSA_BITS);
    return mantissa.add(power).reinterpretAsFloats();
  }

  /** The sum of the lanes: halves are added until one is left. */
  static float sum(FloatVector lanes, float[] spare) {
    lanes.intoArray(spare, 0);
    for (int half = LANES / 2; half > 0; half /= 2) {
      for (int i = 0; i < half; i++) {
        spare[i] += spare[i + half];
      }
    }
    return spare[0];
  }
}
