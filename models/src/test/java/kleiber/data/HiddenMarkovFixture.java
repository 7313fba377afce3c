package kleiber.data;

final class HiddenMarkovFixture implements OracleFixture {
  private static final int S = 3;
  private final HiddenMarkov corpus = new HiddenMarkov(S, 4, 2, 1, new Draw(32, 20_000, 10_016, 3));
  private final HiddenMarkov.Model model = (HiddenMarkov.Model) corpus.source();

  @Override
  public Corpus make() {
    return corpus;
  }

  /** Sums over the paths of states, after a long way from state 0. */
  @Override
  public double probability(int[] ids) {
    double[] begin = {1, 0, 0};
    for (int step = 0; step < 2000; step++) {
      double[] next = new double[S];
      for (int from = 0; from < S; from++) {
        for (int to = 0; to < S; to++) {
          next[to] += begin[from] * model.moves()[from][to];
        }
      }
      begin = next;
    }
    double sum = 0;
    for (int path = 0; path < Math.pow(S, ids.length); path++) {
      double product = 1;
      int before = -1;
      for (int t = 0, left = path; t < ids.length; t++, left /= S) {
        int state = left % S;
        product *= before < 0 ? begin[state] : model.moves()[before][state];
        product *= model.emits()[state][ids[t]];
        before = state;
      }
      sum += product;
    }
    return sum;
  }

  @Override
  public String digest() {
    return "60b07c7c75d078152ae5544d721847e6cc7d9d0f6c4160b5ffed9e280ca4d632";
  }
}
