package kleiber.data;

/**
 * Random numbers that are a function of (seed, stream, number) alone, so that any document can be
 * drawn without those before it: SplitMix64 (Steele, Lea and Flood 2014), begun at a hash of the
 * three. Strict arithmetic: the same on every machine.
 */
final class Draws {
  /** Streams. */
  static final int PARAMETERS = 0;

  static final int TRAINING = 1;
  static final int HELD_OUT = 2;

  private long state;

  Draws(long seed, int stream, long number) {
    state =
        Permutation.mix(
            Permutation.mix(Permutation.mix(seed + Permutation.GOLDEN) + stream)
                + number * Permutation.GOLDEN);
  }

  /** Uniform in [0, 1). */
  double uniform() {
    state += Permutation.GOLDEN;
    return (Permutation.mix(state) >>> 11) * 0x1p-53;
  }

  /** Uniform in [0, bound). */
  int below(int bound) {
    return (int) (uniform() * bound);
  }

  /** Standard normal (Box and Muller 1958). */
  double normal() {
    double radius = StrictMath.sqrt(-2 * StrictMath.log(1 - uniform()));
    return radius * StrictMath.cos(2 * StrictMath.PI * uniform());
  }

  /** A random distribution over n: softmax of normal logits of a deviation. */
  double[] distribution(int n, double sharpness) {
    double[] p = new double[n];
    double sum = 0;
    for (int i = 0; i < n; i++) {
      p[i] = StrictMath.exp(sharpness * normal());
      sum += p[i];
    }
    for (int i = 0; i < n; i++) {
      p[i] /= sum;
    }
    return p;
  }

  /** An index with the probabilities p[from … from + n − 1], which add up to one. */
  int index(double[] p, int from, int n) {
    double left = uniform();
    int last = 0;
    for (int i = 0; i < n; i++) {
      if (p[from + i] > 0) {
        last = i;
        left -= p[from + i];
        if (left < 0) {
          break;
        }
      }
    }
    return last;
  }

  int index(double[] p) {
    return index(p, 0, p.length);
  }
}
