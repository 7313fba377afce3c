package kleiber.data;

import java.util.stream.IntStream;

final class SaltedFixture implements OracleFixture {
  private static final int EVERY = 3;
  private static final int SALTS = 6;
  private final HiddenMarkovFixture plain = new HiddenMarkovFixture();

  @Override
  public Corpus make() {
    Corpus longer = new HiddenMarkov(3, 4, 2, 1, new Draw(48, 20_016, 10_032, 3));
    return new Salted(longer, EVERY, SALTS, 5);
  }

  @Override
  public double probability(int[] ids) {
    int[] others =
        IntStream.range(0, ids.length)
            .filter(t -> t % (EVERY + 1) < EVERY)
            .map(t -> ids[t])
            .toArray();
    return plain.probability(others) / Math.pow(SALTS, ids.length - others.length);
  }

  @Override
  public String digest() {
    return "03831ad7481b75d2fc8e557baa16e845fb3543c0027fa0cbfc34aeb665926885";
  }
}
