package kleiber.data;

import static kleiber.data.Settings.require;
import static kleiber.data.Settings.requireBetween;
import static kleiber.data.Settings.requireTable;

import java.util.Arrays;

/**
 * Random facts, key → value, that are told over and over with Zipf's frequencies p_k ∝ k^−s. A key
 * is a few symbols that tell nothing of its rank, a value one token. Who knows n facts pays for the
 * values of the others, so capacity can be counted in bits; after Michaud et al. 2023,
 * arXiv:2303.13506, but with the exact curves of finitely many facts. The held-out text tells the
 * same facts, drawn anew.
 *
 * @param facts K
 * @param exponent s
 * @param symbols token ids that keys are written with; values have ids of their own after them
 * @param values token ids of values, equally likely
 */
public record ZipfSkills(int facts, double exponent, int symbols, int values, Draw draw)
    implements DrawnCorpus {
  private static final int CODES = 1;
  private static final int VALUES = 2;

  public ZipfSkills {
    requireBetween(2, 1 << 20, "facts", facts);
    require(exponent >= 0 && exponent <= 8, "exponent", exponent, "between 0 (all alike) and 8");
    requireBetween(2, 1 << 16, "symbols", symbols);
    requireBetween(2, 1 << 16, "values", values);
    requireTable(Math.pow(symbols, keyLength(facts, symbols)), "keys for " + facts + " facts");
    draw.requireUnits(keyLength(facts, symbols) + 1, "a fact");
  }

  @Override
  public int vocabulary() {
    return symbols + values;
  }

  /** Tokens of a fact: its key and its value. */
  public int factLength() {
    return keyLength(facts, symbols) + 1;
  }

  private static int keyLength(int facts, int symbols) {
    int length = 1;
    for (long keys = symbols; keys < facts; keys *= symbols) {
      length++;
    }
    return length;
  }

  /** p_k of each fact, the most frequent first. */
  public double[] frequencies() {
    double[] p = new double[facts];
    for (int k = 0; k < facts; k++) {
      p[k] = StrictMath.pow(k + 1, -exponent);
    }
    double sum = Arrays.stream(p).sum();
    return Arrays.stream(p).map(each -> each / sum).toArray();
  }

  /** How often an unknown fact comes to who knows the n most frequent: Σ_{k>n} p_k. */
  public double unknownBeyond(int n) {
    return Arrays.stream(frequencies()).skip(n).sum();
  }

  /**
   * How often an unknown fact comes to who has seen D facts drawn, expected: Σ p_k (1 − p_k)^D.
   *
   * @param draws D, training tokens divided by {@link #factLength}
   */
  public double unknownAfter(double draws) {
    return Arrays.stream(frequencies()).map(p -> p * Math.pow(1 - p, draws)).sum();
  }

  /**
   * Expected loss of the ideal learner, who knows the keys' frequencies: nats per token.
   *
   * @param unknown share of unknown facts; 0 is the floor
   */
  public double idealLoss(double unknown) {
    double keys = Arrays.stream(frequencies()).map(p -> -p * Math.log(p)).sum();
    return (keys + unknown * Math.log(values)) / factLength();
  }

  @Override
  public Source source() {
    int length = keyLength(facts, symbols);
    long codes = Math.round(Math.pow(symbols, length));
    Permutation code = new Permutation(codes, draw.seed(), CODES);
    double[] upTo = frequencies();
    double[][] mass = new double[length + 1][];
    for (int j = 0, prefixes = 1; j <= length; j++, prefixes *= symbols) {
      mass[j] = new double[prefixes];
    }
    int[] codeOf = new int[facts];
    int[] valueOf = new int[facts];
    int[] factOf = new int[(int) codes];
    Arrays.fill(factOf, -1);
    for (int k = 0; k < facts; k++) {
      codeOf[k] = (int) code.at(k);
      factOf[codeOf[k]] = k;
      valueOf[k] = symbols + new Draws(draw.seed(), Draws.PARAMETERS, VALUES + k).below(values);
      for (int j = length, prefix = codeOf[k]; j >= 0; j--, prefix /= symbols) {
        mass[j][prefix] += upTo[k];
      }
    }
    for (int k = 1; k < facts; k++) {
      upTo[k] += upTo[k - 1];
    }
    return new Facts(symbols, upTo, mass, codeOf, factOf, valueOf);
  }

  /**
   * @param upTo p_1 + … + p_k
   * @param mass by length of prefix: probability that a key begins with it, numbered in base V
   * @param codeOf fact → its key as a number
   * @param factOf key → fact or −1
   */
  record Facts(
      int symbols, double[] upTo, double[][] mass, int[] codeOf, int[] factOf, int[] valueOf)
      implements Source {
    private int keyLength() {
      return mass.length - 1;
    }

    @Override
    public void draw(Draws draws, int[] ids) {
      int fact = 0;
      for (int t = 0, digit; t < ids.length; t++) {
        digit = t % (keyLength() + 1);
        if (digit == 0) {
          int at = Arrays.binarySearch(upTo, draws.uniform());
          fact = Math.min(at < 0 ? -1 - at : at + 1, upTo.length - 1);
        }
        int prefix = codeOf[fact];
        for (int j = keyLength(); j > digit + 1; j--) {
          prefix /= symbols;
        }
        ids[t] = digit == keyLength() ? valueOf[fact] : prefix % symbols;
      }
    }

    @Override
    public double[] losses(int[] ids) {
      double[] losses = new double[ids.length];
      for (int t = 0, prefix = 0; t < ids.length; t++) {
        int digit = t % (keyLength() + 1);
        if (digit == keyLength()) {
          int fact = factOf[prefix];
          losses[t] = fact >= 0 && valueOf[fact] == ids[t] ? 0 : Double.POSITIVE_INFINITY;
          prefix = 0;
        } else if (ids[t] >= symbols) {
          losses[t] = Double.POSITIVE_INFINITY;
          prefix = 0;
        } else {
          int longer = prefix * symbols + ids[t];
          losses[t] = Math.log(mass[digit][prefix] / mass[digit + 1][longer]);
          prefix = longer;
        }
      }
      return losses;
    }
  }
}
