package kleiber.fit;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import kleiber.laws.LinearInAmplitudes;
import org.apache.commons.math3.random.HaltonSequenceGenerator;

/**
 * Where to begin: a coarse look at the whole range of a law's parameters, of which the best points
 * that are not neighbours of one another are kept. Exponents alone are searched where the
 * amplitudes can be solved for.
 */
final class Starts {
  private static final int SCATTERED = 2000;

  private Starts() {}

  /** A point looked at; {@code cell} says who its neighbours are, null where there are none. */
  private record Candidate(double[] theta, double cost, int[] cell) {
    boolean neighbours(Candidate other) {
      if (cell == null) {
        return false;
      }
      for (int axis = 0; axis < cell.length; axis++) {
        if (Math.abs(cell[axis] - other.cell[axis]) > 1) {
          return false;
        }
      }
      return true;
    }
  }

  /**
   * @param cells about how many combinations of exponents to look at
   * @param count how many starts to return at most
   */
  static List<double[]> of(Problem problem, int cells, int count) {
    List<Candidate> candidates =
        problem.law instanceof LinearInAmplitudes law
            ? grid(problem, law, cells)
            : scattered(problem);
    List<Candidate> kept = new ArrayList<>();
    candidates.stream()
        .filter(candidate -> Double.isFinite(candidate.cost))
        .sorted(Comparator.comparingDouble(Candidate::cost))
        .forEachOrdered(
            candidate -> {
              if (kept.size() < count && kept.stream().noneMatch(candidate::neighbours)) {
                kept.add(candidate);
              }
            });
    return kept.stream().map(Candidate::theta).toList();
  }

  private static List<Candidate> grid(Problem problem, LinearInAmplitudes law, int cells) {
    boolean[] amplitude = new boolean[problem.size];
    for (int k : law.amplitudes()) {
      amplitude[k] = true;
    }
    int axes = problem.size - law.amplitudes().length;
    int perAxis = axes == 0 ? 1 : Math.max(3, (int) Math.round(Math.pow(cells, 1.0 / axes)));
    int total = (int) Math.pow(perAxis, axes);
    Amplitudes amplitudes = new Amplitudes(problem, law);
    List<Candidate> candidates = new ArrayList<>(total);
    for (int index = 0; index < total; index++) {
      int[] cell = new int[axes];
      double[] u = new double[problem.size];
      int rest = index;
      int axis = 0;
      for (int j = 0; j < problem.size; j++) {
        if (!amplitude[j]) {
          cell[axis] = rest % perAxis;
          rest /= perAxis;
          u[j] = between(problem, j, (cell[axis++] + 0.5) / perAxis);
        }
      }
      double[] theta = problem.theta(u);
      amplitudes.solve(theta);
      candidates.add(new Candidate(theta, problem.cost(theta), cell));
    }
    return candidates;
  }

  private static List<Candidate> scattered(Problem problem) {
    HaltonSequenceGenerator halton = new HaltonSequenceGenerator(problem.size);
    List<Candidate> candidates = new ArrayList<>(SCATTERED);
    for (int point = 0; point < SCATTERED; point++) {
      double[] u = halton.nextVector();
      for (int j = 0; j < u.length; j++) {
        u[j] = between(problem, j, u[j]);
      }
      double[] theta = problem.theta(u);
      candidates.add(new Candidate(theta, problem.cost(theta), null));
    }
    return candidates;
  }

  private static double between(Problem problem, int j, double fraction) {
    return problem.low(j) + fraction * (problem.high(j) - problem.low(j));
  }
}
