package kleiber.engine.host;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorShuffle;
import jdk.incubator.vector.VectorSpecies;

/**
 * What the loops of the {@link HostEngine} share: the width of a vector register, e^x, and sums in
 * an order that is written down. Sums differ in their last bits between widths, so the width is
 * part of the numeric mode.
 */
final class Vectors {
  // Sums over lanes are written out up to sixteen.
  static final VectorSpecies<Float> FLOATS =
      FloatVector.SPECIES_PREFERRED.length() <= 16
          ? FloatVector.SPECIES_PREFERRED
          : FloatVector.SPECIES_512;
  static final int LANES = FLOATS.length();

  /** The number of each lane, from 0. */
  static final FloatVector LANE = (FloatVector) FLOATS.broadcast(0).addIndex(1);

  private static final VectorShuffle<Float> HALF_ROUND = turned(2);
  private static final VectorShuffle<Float> QUARTER_ROUND = turned(4);
  private static final VectorShuffle<Float> EIGHTH_ROUND = turned(8);
  private static final VectorShuffle<Float> SIXTEENTH_ROUND = turned(16);

  private static final float LOWEST = -87;
  private static final float HIGHEST = 88;
  private static final float PER_LN2 = (float) (1 / Math.log(2));
  // The high part of ln 2 has few bits, so that its products with k are exact.
  private static final float LN2_HIGH = 0x1.62ep-1f;
  private static final float LN2_LOW = (float) (Math.log(2) - LN2_HIGH);
  // Adding 1.5 · 2^23 rounds to an integer and leaves it in the lowest bits.
  private static final float ROUND = 0x1.8p23f;
  private static final int MANTISSA_BITS = 23;
  private static final int ONE = Float.floatToRawIntBits(1);
  private static final float Q4 = 0x1.6d1606p-10f;
  private static final float Q3 = 0x1.12106cp-7f;
  private static final float Q2 = 0x1.555516p-5f;
  private static final float Q1 = 0x1.5554d8p-3f;
  private static final float Q0 = 0.5f;

  private Vectors() {}

  /** The lanes turned round by a part of a register. */
  private static VectorShuffle<Float> turned(int part) {
    return VectorShuffle.fromOp(FLOATS, lane -> (lane + LANES / part) % LANES);
  }

  /** The lanes of the last vector of so many elements: all of them where it is complete. */
  static VectorMask<Float> rest(int length) {
    int rest = length % LANES;
    return rest == 0 ? FLOATS.maskAll(true) : FLOATS.indexInRange(0, rest);
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
    IntVector power = shifted.reinterpretAsInts().lanewise(VectorOperators.LSHL, MANTISSA_BITS);
    FloatVector scale = power.add(ONE).reinterpretAsFloats();
    return q.fma(r.mul(r), r).add(1).mul(scale);
  }

  /**
   * The sum of the lanes, in every lane: halves are added until one is left. (The order in which
   * {@code reduceLanes} adds is not written down, and changes when a method is compiled.)
   */
  static FloatVector sum(FloatVector lanes) {
    FloatVector sum = lanes.add(lanes.rearrange(HALF_ROUND));
    sum = sum.add(sum.rearrange(QUARTER_ROUND));
    if (LANES > 4) {
      sum = sum.add(sum.rearrange(EIGHTH_ROUND));
    }
    if (LANES > 8) {
      sum = sum.add(sum.rearrange(SIXTEENTH_ROUND));
    }
    return sum;
  }

  /** Σ a[i] b[i] over a stretch of each, lane by lane and then over lanes. */
  static float dot(float[] a, int fromA, float[] b, int fromB, int length) {
    FloatVector sum = FloatVector.zero(FLOATS);
    for (int i = 0; i < length; i += LANES) {
      VectorMask<Float> lanes = FLOATS.indexInRange(i, length);
      FloatVector left = FloatVector.fromArray(FLOATS, a, fromA + i, lanes);
      sum = left.fma(FloatVector.fromArray(FLOATS, b, fromB + i, lanes), sum);
    }
    return sum(sum).lane(0);
  }

  /** The largest lane, in every lane. */
  static FloatVector max(FloatVector lanes) {
    FloatVector max = lanes.max(lanes.rearrange(HALF_ROUND));
    max = max.max(max.rearrange(QUARTER_ROUND));
    if (LANES > 4) {
      max = max.max(max.rearrange(EIGHTH_ROUND));
    }
    if (LANES > 8) {
      max = max.max(max.rearrange(SIXTEENTH_ROUND));
    }
    return max;
  }
}
