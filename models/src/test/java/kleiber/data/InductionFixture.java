package kleiber.data;

final class InductionFixture implements OracleFixture {
  private static final int K = 3;
  private static final int V = 4;

  @Override
  public Corpus make() {
    return new Induction(K, V, new Draw(32, 20_000, 10_016, 3));
  }

  /** Tries every way to give values to keys. */
  @Override
  public double probability(int[] ids) {
    int ways = (int) Math.pow(V, K);
    double sum = 0;
    for (int way = 0; way < ways; way++) {
      double product = 1;
      for (int t = 0; t < ids.length; t++) {
        if (t % 2 == 0) {
          product /= K;
        } else if (ids[t] != K + way / (int) Math.pow(V, ids[t - 1]) % V) {
          product = 0;
        }
      }
      sum += product / ways;
    }
    return sum;
  }

  @Override
  public String digest() {
    return "3784f771e141fc4ec8d0ef793b3e8dba3e778dade37a0c98fb529b8651530465";
  }
}
