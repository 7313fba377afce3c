package kleiber.data;

final class ArithmeticFixture implements OracleFixture {
  @Override
  public Corpus make() {
    return new Arithmetic(1, 2, new Draw(32, 20_000, 10_016, 3));
  }

  @Override
  public double probability(int[] ids) {
    StringBuilder text = new StringBuilder();
    for (int id : ids) {
      text.append("0123456789+=;".charAt(id));
    }
    return probability(text.toString());
  }

  /** Tries every sum. */
  private static double probability(String text) {
    double total = 0;
    for (int a = 1; a < 100; a++) {
      for (int b = 1; b < 100; b++) {
        String sum = a + "+" + b + "=" + new StringBuilder(Integer.toString(a + b)).reverse() + ";";
        double chance = chance(a) * chance(b);
        if (sum.startsWith(text)) {
          total += chance;
        } else if (text.startsWith(sum)) {
          total += chance * probability(text.substring(sum.length()));
        }
      }
    }
    return total;
  }

  private static double chance(int operand) {
    return operand < 10 ? 0.5 / 9 : 0.5 / 90;
  }

  @Override
  public String digest() {
    return "5c6b7455ff5d027a0afd765b3ad2a3d4c06b9ab921d2c7cc89c2a447837ac835";
  }
}
