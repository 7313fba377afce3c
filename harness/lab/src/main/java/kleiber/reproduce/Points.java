package kleiber.reproduce;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import kleiber.laws.Observation;
import kleiber.laws.Scale;
import kleiber.laws.Trajectory;

/** What studies do with measured points: making observations of them, and errors over them. */
final class Points {
  private Points() {}

  /** One run, measured once, with C = 6ND. */
  static Observation of(double params, double tokens, double loss) {
    return at(new Scale(params, tokens, 6 * params * tokens, Map.of()), loss);
  }

  /** One run, measured once. */
  static Observation at(Scale at, double loss) {
    return at(at, null, 0, loss);
  }

  static Observation at(Scale at, Trajectory schedule, long step, double loss) {
    String run = at + "/" + loss;
    return new Observation(run, run, null, step, at, schedule, loss, Double.NaN);
  }

  /** A scale of which a law reads nothing but other axes. */
  static Scale elsewhere(String axis, double value) {
    return new Scale(1, 1, 1, Map.of(axis, value));
  }

  /** One observation for each row of a table. */
  static List<Observation> each(double[] params, double[] tokens, double[] loss) {
    List<Observation> points = new ArrayList<>(loss.length);
    for (int i = 0; i < loss.length; i++) {
      points.add(of(params[i], tokens[i], loss[i]));
    }
    return points;
  }

  /** Mean of |predicted − measured| / measured (ARE). */
  static double meanRelativeError(List<Observation> rows, ToDoubleFunction<Observation> predicted) {
    return rows.stream()
        .mapToDouble(row -> Math.abs(predicted.applyAsDouble(row) / row.loss() - 1))
        .average()
        .orElseThrow();
  }

  /** Share of the variance of the losses that predictions explain (R²). */
  static double explained(List<Observation> rows, ToDoubleFunction<Observation> predicted) {
    double mean = rows.stream().mapToDouble(Observation::loss).average().orElseThrow();
    double left = 0;
    double all = 0;
    for (Observation row : rows) {
      left += Math.pow(predicted.applyAsDouble(row) - row.loss(), 2);
      all += Math.pow(row.loss() - mean, 2);
    }
    return 1 - left / all;
  }
}
