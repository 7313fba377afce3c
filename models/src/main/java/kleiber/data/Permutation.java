package kleiber.data;

/**
 * A pseudorandom permutation of [0, size) that needs no table: a Feistel network over the next even
 * number of bits, with cycle walking (a value outside the range is permuted again until it falls
 * inside; fewer than four times on average). Black and Rogaway, "Ciphers with Arbitrary Finite
 * Domains", 2002, section 4. Rounds mix by the finalizer of SplitMix64 (Steele, Lea and Flood,
 * "Fast Splittable Pseudorandom Number Generators", 2014).
 */
final class Permutation {
  private static final int ROUNDS = 8;
  static final long GOLDEN = 0x9E3779B97F4A7C15L;

  private final long size;
  private final int halfBits;
  private final long mask;
  private final long key;

  /**
   * @param stream tells permutations of one seed apart
   */
  Permutation(long size, long seed, long stream) {
    this.size = size;
    int bits = Math.max(2, Long.SIZE - Long.numberOfLeadingZeros(size - 1));
    this.halfBits = (bits + 1) / 2;
    this.mask = (1L << halfBits) - 1;
    this.key = mix(mix(seed + GOLDEN) + stream * GOLDEN);
  }

  /** Where {@code index} goes. */
  long at(long index) {
    long value = index;
    do {
      value = feistel(value);
    } while (value >= size);
    return value;
  }

  private long feistel(long value) {
    long left = value >>> halfBits;
    long right = value & mask;
    for (int round = 1; round <= ROUNDS; round++) {
      long next = left ^ mix(right + key + round * GOLDEN) & mask;
      left = right;
      right = next;
    }
    return left << halfBits | right;
  }

  static long mix(long z) {
    z = (z ^ z >>> 30) * 0xBF58476D1CE4E5B9L;
    z = (z ^ z >>> 27) * 0x94D049BB133111EBL;
    return z ^ z >>> 31;
  }
}
