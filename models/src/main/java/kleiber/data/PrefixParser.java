package kleiber.data;

import java.util.ArrayList;
import java.util.List;

/**
 * Probabilities of the next word of a sentence, by the probabilities of its prefixes (Jelinek and
 * Lafferty 1991; Stolcke 1995, arXiv:cmp-lg/9411029). With e(A; i, k) the probability that A
 * becomes words i … k, and R = Σ_n L^n, L(A, B) = Σ_C p(A → B C):
 *
 * <pre>
 * e(A; i, n)   = Σ p(A → B C) Σ_k e(B; i, k) e(C; k+1, n)
 * pre(A; i, n) = Σ_X R(A, X) Σ p(X → B C) Σ_k e(B; i, k) pre(C; k+1, n)
 * </pre>
 *
 * <p>where pre is the probability that A becomes words i … n and any others after them. Each column
 * n is divided by p(word n | words before), so that numbers neither vanish nor have to be divided.
 */
final class PrefixParser {
  private static final double SETTLED = 1e-18;

  private final Grammar.Rules rules;
  private final double[][] corners;

  /** e(A; i, n) by n, then i, then A. */
  private final List<double[][]> inside = new ArrayList<>();

  /**
   * @param corners R, see {@link #leftCorners}
   */
  PrefixParser(Grammar.Rules rules, double[][] corners) {
    this.rules = rules;
    this.corners = corners;
  }

  /** R: how often B stands leftmost below A, A itself included. */
  static double[][] leftCorners(Grammar.Rules rules) {
    int count = rules.nonterminals();
    double[][] sum = new double[count][count];
    for (int a = 0; a < count; a++) {
      double[] now = new double[count];
      now[a] = 1;
      for (double left = 1; left > SETTLED; left *= rules.branching()) {
        double[] next = new double[count];
        for (int b = 0; b < count; b++) {
          sum[a][b] += now[b];
          for (int rule = 0; rule < rules.left()[b].length; rule++) {
            next[rules.left()[b][rule]] += now[b] * rules.pair(b, rule);
          }
        }
        now = next;
      }
    }
    return sum;
  }

  /** p(the sentence ends here | its words). */
  double end() {
    return inside.isEmpty() ? 0 : inside.getLast()[0][0];
  }

  /** p(word | words before), which then has come. */
  double next(int word) {
    int n = inside.size();
    double[][] whole = new double[n + 1][rules.nonterminals()];
    double[][] prefix = new double[n + 1][];
    inside.add(whole);
    for (int i = n; i >= 0; i--) {
      double[] begun = new double[rules.nonterminals()];
      for (int a = 0; a < begun.length; a++) {
        if (i == n) {
          whole[n][a] = rules.word(a, word);
          begun[a] = whole[n][a];
        }
        for (int rule = 0; rule < rules.left()[a].length; rule++) {
          int b = rules.left()[a][rule];
          int c = rules.right()[a][rule];
          double becomes = 0;
          double begins = 0;
          for (int k = i; k < n; k++) {
            double first = inside.get(k)[i][b];
            becomes += first * whole[k + 1][c];
            begins += first * prefix[k + 1][c];
          }
          whole[i][a] += rules.pair(a, rule) * becomes;
          begun[a] += rules.pair(a, rule) * begins;
        }
      }
      prefix[i] = throughCorners(begun);
    }
    double probability = prefix[0][0];
    for (double[] column : whole) {
      for (int a = 0; a < column.length; a++) {
        column[a] /= probability;
      }
    }
    return probability;
  }

  private double[] throughCorners(double[] begun) {
    double[] prefix = new double[begun.length];
    for (int a = 0; a < begun.length; a++) {
      for (int x = 0; x < begun.length; x++) {
        prefix[a] += corners[a][x] * begun[x];
      }
    }
    return prefix;
  }
}
