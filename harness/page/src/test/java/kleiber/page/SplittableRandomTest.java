package kleiber.page;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class SplittableRandomTest {
  @Test
  void itDrawsWhatTheJvmDraws() {
    for (long seed = -3; seed < 30; seed++) {
      SplittableRandom ours = new SplittableRandom(seed);
      java.util.SplittableRandom theirs = new java.util.SplittableRandom(seed);
      for (int split = 0; split < 20; split++) {
        SplittableRandom ourBranch = ours.split();
        java.util.SplittableRandom theirBranch = theirs.split();
        for (int i = 1; i < 100; i++) {
          String at = "seed " + seed + ", split " + split + ", draw " + i;
          assertEquals(theirBranch.nextInt(), ourBranch.nextInt(), at);
          assertEquals(theirBranch.nextInt(i), ourBranch.nextInt(i), at);
          assertEquals(theirBranch.nextInt((1 << 30) + i), ourBranch.nextInt((1 << 30) + i), at);
          assertEquals(theirBranch.nextBoolean(), ourBranch.nextBoolean(), at);
        }
      }
    }
  }
}
