package kleiber.data;

import java.util.Arrays;

final class ZipfSkillsFixture implements OracleFixture {
  private final ZipfSkills corpus = new ZipfSkills(20, 1.2, 3, 5, new Draw(32, 20_000, 10_016, 3));
  private final ZipfSkills.Facts facts = (ZipfSkills.Facts) corpus.source();

  @Override
  public Corpus make() {
    return corpus;
  }

  /** Adds up the frequencies of the facts that each piece of the text may be. */
  @Override
  public double probability(int[] ids) {
    double product = 1;
    for (int from = 0; from < ids.length; from += corpus.factLength()) {
      int[] piece = Arrays.copyOfRange(ids, from, Math.min(ids.length, from + corpus.factLength()));
      double sum = 0;
      for (int k = 0; k < corpus.facts(); k++) {
        if (Arrays.equals(piece, Arrays.copyOf(written(k), piece.length))) {
          sum += corpus.frequencies()[k];
        }
      }
      product *= sum;
    }
    return product;
  }

  private int[] written(int k) {
    int code = facts.codeOf()[k];
    return new int[] {code / 9, code / 3 % 3, code % 3, facts.valueOf()[k]};
  }

  @Override
  public String digest() {
    return "a36cec517a09529d42156d59dd41a712f187b1d4b85c5ccafc3b545eb5cad281";
  }
}
