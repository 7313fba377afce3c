package kleiber.data;

import java.util.Arrays;
import java.util.function.UnaryOperator;

/** The distribution that a Markov chain keeps, by iterating it. */
final class Stationary {
  private static final double SETTLED = 1e-14;
  private static final int MOST_STEPS = 100_000;

  private Stationary() {}

  /**
   * @param step a distribution one step later; every state must be reached from every other
   */
  static double[] of(int states, UnaryOperator<double[]> step) {
    double[] now = new double[states];
    Arrays.fill(now, 1.0 / states);
    for (int i = 0; i < MOST_STEPS; i++) {
      double[] next = step.apply(now);
      double change = 0;
      for (int s = 0; s < states; s++) {
        next[s] = (now[s] + next[s]) / 2; // a chain that goes round settles too
        change += Math.abs(next[s] - now[s]);
      }
      now = next;
      if (change < SETTLED) {
        break;
      }
    }
    double sum = Arrays.stream(now).sum();
    return Arrays.stream(now).map(p -> p / sum).toArray();
  }
}
