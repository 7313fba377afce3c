package kleiber.data;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class ZipfSkillsTest {
  private static final ZipfSkills CORPUS = new ZipfSkills(3, 1.3, 2, 4, new Draw(30, 300, 300, 1));

  /** Over every order in which four facts may come. */
  @Test
  void theShareOfFactsThatAreStillNewIsExact() {
    double[] p = CORPUS.frequencies();
    int draws = 4;
    double unknown = 0;
    for (int order = 0; order < Math.pow(p.length, draws); order++) {
      double probability = 1;
      boolean[] seen = new boolean[p.length];
      for (int i = 0, left = order; i < draws; i++, left /= p.length) {
        probability *= p[left % p.length];
        seen[left % p.length] = true;
      }
      for (int k = 0; k < p.length; k++) {
        unknown += seen[k] ? 0 : probability * p[k];
      }
    }
    assertEquals(unknown, CORPUS.unknownAfter(draws), 1e-12);
    assertEquals(1, CORPUS.unknownAfter(0), 1e-12);
  }

  @Test
  void theMostFrequentFactsAreKnownFirst() {
    double[] p = CORPUS.frequencies();
    assertEquals(p[2], CORPUS.unknownBeyond(2), 1e-12);
    assertEquals(0, CORPUS.unknownBeyond(3), 1e-12);
    assertEquals(Math.pow(2, 1.3), p[0] / p[1], 1e-12);
    double keys = -p[0] * Math.log(p[0]) - p[1] * Math.log(p[1]) - p[2] * Math.log(p[2]);
    assertEquals((keys + 0.25 * Math.log(4)) / 3, CORPUS.idealLoss(0.25), 1e-12);
  }
}
