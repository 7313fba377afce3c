package kleiber.data;

import java.util.Arrays;

final class MarkovFixture implements OracleFixture {
  private static final int V = 5;
  private final Markov corpus = new Markov(2, V, 1.5, new Draw(32, 20_000, 10_016, 3));

  @Override
  public Corpus make() {
    return corpus;
  }

  /** Sums over the two tokens before the text, which nobody sees. */
  @Override
  public double probability(int[] ids) {
    double[] before = new double[V * V];
    Arrays.fill(before, 1.0 / before.length);
    for (int step = 0; step < 500; step++) {
      double[] next = new double[V * V];
      for (int context = 0; context < V * V; context++) {
        for (int v = 0; v < V; v++) {
          next[context % V * V + v] += before[context] * row(context / V, context % V, v);
        }
      }
      before = next;
    }
    double sum = 0;
    for (int first = 0; first < V; first++) {
      for (int second = 0; second < V; second++) {
        double product = before[first * V + second];
        int a = first;
        int b = second;
        for (int id : ids) {
          product *= row(a, b, id);
          a = b;
          b = id;
        }
        sum += product;
      }
    }
    return sum;
  }

  private double row(int a, int b, int next) {
    return rows()[a][b][next];
  }

  private double[][][] rows;

  /** The chain's parameters, as they are seen once two tokens are known. */
  private double[][][] rows() {
    if (rows == null) {
      rows = new double[V][V][V];
      DrawnCorpus.Source source = corpus.source();
      for (int i = 0; i < V * V * V; i++) {
        int[] ids = {i / V / V, i / V % V, i % V};
        rows[ids[0]][ids[1]][ids[2]] = Math.exp(-source.losses(ids)[2]);
      }
    }
    return rows;
  }

  @Override
  public String digest() {
    return "af6879af7dc19279a0c8b18674e0e5dec8d6ecffc63d5097766c46a22f180c0b";
  }
}
