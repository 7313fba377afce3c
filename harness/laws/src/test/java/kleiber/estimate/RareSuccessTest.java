package kleiber.estimate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.apache.commons.math3.distribution.BetaDistribution;
import org.apache.commons.math3.distribution.BinomialDistribution;
import org.apache.commons.math3.distribution.GeometricDistribution;
import org.apache.commons.math3.random.JDKRandomGenerator;
import org.apache.commons.math3.random.RandomGenerator;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Chances of success: sampling until enough, sampling k times, and tasks of differing hardness. */
class RareSuccessTest {
  @Test
  void passUntilIsUnbiasedAndItsIntervalHoldsTheTruth() {
    for (double truth : new double[] {2e-4, 0.05}) {
      Held held = new Held("PassUntil, p = " + truth);
      RandomGenerator random = generator(5);
      GeometricDistribution failures = new GeometricDistribution(random, truth);
      double sum = 0;
      int sets = 2000;
      for (int set = 0; set < sets; set++) {
        long samples = 0;
        for (int success = 0; success < 5; success++) {
          samples += failures.sample() + 1;
        }
        Estimate found = new PassUntil(5, samples).probability(0.9);
        held.count(found, truth);
        sum += found.value();
      }
      held.isAboutRight(0.01);
      assertEquals(1, sum / sets / truth, 4 * 0.6 / Math.sqrt(sets));
    }
  }

  @Test
  void passUntilAtItsEnds() {
    Estimate sure = new PassUntil(3, 3).probability(0.9);
    assertEquals(1, sure.value());
    assertEquals(1, sure.interval().high());
    assertEquals(Math.cbrt(0.05), sure.interval().low(), 1e-9);
    assertThrows(IllegalArgumentException.class, () -> new PassUntil(1, 10));
    assertThrows(IllegalArgumentException.class, () -> new PassUntil(5, 4));
  }

  @Test
  void passAtKIsTheShareOfDrawsWithoutReplacementThatHoldARightOne() {
    PassAtK task = new PassAtK(10, 3);
    assertEquals(0.3, task.at(1), 1e-12);
    assertEquals(1 - 7.0 * 6 / (10 * 9), task.at(2), 1e-12);
    assertEquals(1, task.at(8), 1e-12);
    assertEquals(0, new PassAtK(10, 0).at(10), 1e-12);
    assertThrows(IllegalArgumentException.class, () -> task.at(11));
    assertThrows(IllegalArgumentException.class, () -> new PassAtK(10, 11));
  }

  @Test
  void coverageBeyondWhatWasSampledIsHeld() {
    coverage(200, 20, 0.05);
  }

  @Tag("slow")
  @Test
  void coverageBeyondWhatWasSampledIsHeldInManySets() {
    coverage(500, 60, 0.04);
  }

  /** 150 tasks of Beta(.4, 3) hardness, sampled 100 times, foretold at 10,000. */
  private static void coverage(int sets, int draws, double allowance) {
    double a = 0.4;
    double b = 3;
    TaskCoverage truth = new TaskCoverage(a, b, new double[][] {{a, b}});
    double far = truth.at(1e4, 0.9).value();
    Held tail = new Held("tail exponent of coverage");
    Held solved = new Held("coverage at k = 10000");
    for (int set = 0; set < sets; set++) {
      TaskCoverage found = TaskCoverage.fit(tasks(150, 100, a, b, set), draws, set);
      tail.count(found.tail(0.9), a);
      solved.count(found.at(1e4, 0.9), far);
    }
    tail.isAboutRight(allowance);
    solved.isAboutRight(allowance);
  }

  @Test
  void theFitAgreesWithTheUnbiasedEstimateWithinTheSamples() {
    List<PassAtK> tasks = tasks(3000, 100, 0.4, 3, 1);
    TaskCoverage fitted = TaskCoverage.fit(tasks, 20, 1);
    for (int k : new int[] {1, 10, 100}) {
      double direct = tasks.stream().mapToDouble(task -> task.at(k)).average().orElseThrow();
      assertEquals(direct, fitted.at(k, 0.9).value(), 0.01);
    }
    double slope = Math.log((1 - fitted.at(1e6, 0.9).value()) / (1 - fitted.at(1e7, 0.9).value()));
    assertEquals(fitted.a(), slope / Math.log(10), 1e-3);
  }

  @Test
  void tasksThatAllFailedAreRefused() {
    List<PassAtK> none = List.of(new PassAtK(10, 0), new PassAtK(10, 0));
    IllegalArgumentException refusal =
        assertThrows(IllegalArgumentException.class, () -> TaskCoverage.fit(none, 20, 1));
    assertTrue(refusal.getMessage().startsWith("0 right of 20 samples"), refusal.getMessage());
  }

  private static List<PassAtK> tasks(int count, int samples, double a, double b, int seed) {
    RandomGenerator random = generator(seed);
    BetaDistribution hardness = new BetaDistribution(random, a, b);
    List<PassAtK> tasks = new ArrayList<>();
    for (int task = 0; task < count; task++) {
      double chance = hardness.sample();
      tasks.add(new PassAtK(samples, new BinomialDistribution(random, samples, chance).sample()));
    }
    return tasks;
  }

  private static RandomGenerator generator(int seed) {
    JDKRandomGenerator random = new JDKRandomGenerator();
    random.setSeed(new Random(seed).nextLong());
    return random;
  }
}
