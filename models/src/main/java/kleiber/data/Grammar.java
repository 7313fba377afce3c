package kleiber.data;

import static kleiber.data.Settings.require;
import static kleiber.data.Settings.requireBetween;
import static kleiber.data.Settings.requireSharpness;
import static kleiber.data.Settings.requireTable;

import java.util.Arrays;

/**
 * Sentences of a random probabilistic context-free grammar in Chomsky's normal form, each ended by
 * token 0. A nonterminal becomes two others with one probability and a word otherwise. The ideal
 * loss comes from the probabilities of prefixes, see {@link PrefixParser}.
 *
 * @param nonterminals of which the first begins a sentence
 * @param symbols words, token ids from 1 on
 * @param rules A → B C for each nonterminal, drawn with repetition
 * @param branching probability of becoming two; below ½, or sentences never end: they have (1 −
 *     branching) / (1 − 2 branching) words on average
 * @param sharpness deviation of the logits that choices of rules and words are softmaxes of
 */
public record Grammar(
    int nonterminals, int symbols, int rules, double branching, double sharpness, Draw draw)
    implements DrawnCorpus {
  private static final int END = 0;

  public Grammar {
    requireBetween(1, 256, "nonterminals", nonterminals);
    requireBetween(2, 4096, "symbols", symbols);
    requireBetween(1, 256, "rules", rules);
    require(branching > 0 && branching < 0.5, "branching", branching, "above 0 and below 0.5");
    requireSharpness("sharpness", sharpness);
    requireTable((double) nonterminals * symbols, "words of all nonterminals");
  }

  @Override
  public int vocabulary() {
    return symbols + 1;
  }

  @Override
  public Source source() {
    Draws draws = new Draws(draw.seed(), Draws.PARAMETERS, 0);
    double[][] pairs = new double[nonterminals][];
    double[][] words = new double[nonterminals][];
    int[][] left = new int[nonterminals][rules];
    int[][] right = new int[nonterminals][rules];
    for (int a = 0; a < nonterminals; a++) {
      Arrays.setAll(left[a], _ -> draws.below(nonterminals));
      Arrays.setAll(right[a], _ -> draws.below(nonterminals));
      pairs[a] = draws.distribution(rules, sharpness);
      words[a] = draws.distribution(symbols, sharpness);
    }
    Rules drawn = new Rules(branching, left, right, pairs, words);
    return new Sentences(drawn, PrefixParser.leftCorners(drawn));
  }

  /**
   * @param left B of A's rules, [A, rule]
   * @param right C of A's rules
   * @param pairs probabilities of A's rules, given that it becomes two
   * @param words likewise of its words, given that it becomes one
   */
  record Rules(double branching, int[][] left, int[][] right, double[][] pairs, double[][] words) {
    int nonterminals() {
      return words.length;
    }

    /** p(A → B C) by a rule of A. */
    double pair(int a, int rule) {
      return branching * pairs[a][rule];
    }

    /** p(A → word). */
    double word(int a, int word) {
      return (1 - branching) * words[a][word];
    }
  }

  /**
   * @param corners see {@link PrefixParser#leftCorners}
   */
  record Sentences(Rules rules, double[][] corners) implements Source {
    @Override
    public void draw(Draws draws, int[] ids) {
      int[] pending = new int[16];
      int depth = 1;
      for (int t = 0; t < ids.length; ) {
        if (depth == 0) {
          ids[t++] = END;
          pending[depth++] = 0;
          continue;
        }
        int a = pending[--depth];
        if (draws.uniform() >= rules.branching()) {
          ids[t++] = 1 + draws.index(rules.words()[a]);
          continue;
        }
        int rule = draws.index(rules.pairs()[a]);
        if (depth + 2 > pending.length) {
          pending = Arrays.copyOf(pending, 2 * pending.length);
        }
        pending[depth++] = rules.right()[a][rule];
        pending[depth++] = rules.left()[a][rule];
      }
    }

    @Override
    public double[] losses(int[] ids) {
      double[] losses = new double[ids.length];
      PrefixParser parser = new PrefixParser(rules, corners);
      for (int t = 0; t < ids.length; t++) {
        if (ids[t] == END) {
          losses[t] = -Math.log(parser.end());
          parser = new PrefixParser(rules, corners);
        } else {
          losses[t] = -Math.log(parser.next(ids[t] - 1));
        }
      }
      return losses;
    }
  }
}
