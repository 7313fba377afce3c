package kleiber.data;

final class GrammarFixture implements OracleFixture {
  /** Derivations of less probability than that are left out. */
  private static final double LEAST = 1e-17;

  private final Grammar corpus = new Grammar(3, 4, 2, 0.2, 1, new Draw(32, 20_000, 10_016, 3));
  private final Grammar.Rules rules = ((Grammar.Sentences) corpus.source()).rules();

  @Override
  public Corpus make() {
    return corpus;
  }

  /** A nonterminal to be derived, and those after it. */
  private record Pending(int nonterminal, Pending then) {}

  @Override
  public double probability(int[] ids) {
    return derive(1, new Pending(0, null), ids, 0);
  }

  /** Sums over leftmost derivations one by one. */
  private double derive(double probability, Pending pending, int[] ids, int t) {
    if (t == ids.length) {
      return probability;
    }
    if (pending == null) {
      return ids[t] == 0 ? derive(probability, new Pending(0, null), ids, t + 1) : 0;
    }
    int a = pending.nonterminal();
    double sum =
        ids[t] == 0
            ? 0
            : derive(probability * rules.word(a, ids[t] - 1), pending.then(), ids, t + 1);
    for (int rule = 0; rule < rules.left()[a].length; rule++) {
      double next = probability * rules.pair(a, rule);
      if (next > LEAST) {
        Pending right = new Pending(rules.right()[a][rule], pending.then());
        sum += derive(next, new Pending(rules.left()[a][rule], right), ids, t);
      }
    }
    return sum;
  }

  @Override
  public String digest() {
    return "6bf1cd680cb328a57401f6a119eca38b21d417340df7d175f713b9703344a76d";
  }
}
