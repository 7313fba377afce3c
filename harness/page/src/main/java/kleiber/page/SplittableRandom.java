package kleiber.page;

/**
 * {@link java.util.SplittableRandom} for a browser, whose class library has none: the same numbers
 * for the same seed, so that a page draws the resamples that were published. Only what a bootstrap
 * asks for.
 *
 * <p>Steele, Lea and Flood 2014, <i>Fast splittable pseudorandom number generators</i>.
 */
public final class SplittableRandom {
  private static final long GOLDEN = 0x9e3779b97f4a7c15L;
  private static final int TOO_REGULAR = 24;

  private long seed;
  private final long gamma;

  public SplittableRandom(long seed) {
    this(seed, GOLDEN);
  }

  private SplittableRandom(long seed, long gamma) {
    this.seed = seed;
    this.gamma = gamma;
  }

  public SplittableRandom split() {
    return new SplittableRandom(mixed(next()), mixedGamma(next()));
  }

  public int nextInt() {
    long z = next();
    z = (z ^ z >>> 33) * 0x62a9d9ed799705f5L;
    return (int) ((z ^ z >>> 28) * 0xcb24d0a5c88c35b3L >>> 32);
  }

  /** Evenly from 0 to {@code bound} − 1. */
  public int nextInt(int bound) {
    int drawn = nextInt();
    int mask = bound - 1;
    if ((bound & mask) == 0) {
      return drawn & mask;
    }
    int half = drawn >>> 1;
    int rest = half % bound;
    while (half + mask - rest < 0) {
      half = nextInt() >>> 1;
      rest = half % bound;
    }
    return rest;
  }

  public boolean nextBoolean() {
    return nextInt() < 0;
  }

  /** Not drawn by the bootstraps of a page. */
  public double nextGaussian() {
    throw new UnsupportedOperationException("a page draws runs and residuals, no normal noise");
  }

  private long next() {
    seed += gamma;
    return seed;
  }

  private static long mixed(long z) {
    z = (z ^ z >>> 30) * 0xbf58476d1ce4e5b9L;
    z = (z ^ z >>> 27) * 0x94d049bb133111ebL;
    return z ^ z >>> 31;
  }

  private static long mixedGamma(long z) {
    z = (z ^ z >>> 33) * 0xff51afd7ed558ccdL;
    z = (z ^ z >>> 33) * 0xc4ceb9fe1a85ec53L;
    z = (z ^ z >>> 33) | 1;
    return Long.bitCount(z ^ z >>> 1) < TOO_REGULAR ? z ^ 0xaaaaaaaaaaaaaaaaL : z;
  }
}
