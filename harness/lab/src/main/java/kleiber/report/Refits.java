package kleiber.report;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import kleiber.fit.FittedLaw;
import kleiber.fit.Influence;
import kleiber.fit.LawFitter;
import kleiber.fit.Profile;
import kleiber.laws.Observation;

/**
 * Fits of a scene's law to fewer rows, or with a parameter held, that several figures show: each is
 * made when it is first asked for, and once.
 */
final class Refits {
  private final LawFitter fitter;
  private final FittedLaw fitted;
  private final List<Observation> rows;
  private final Map<List<Double>, double[]> costs = new HashMap<>();
  private double[][] jackknife;

  Refits(LawFitter fitter, FittedLaw fitted, List<Observation> rows) {
    this.fitter = fitter;
    this.fitted = fitted;
    this.rows = rows;
  }

  /** The parameters without each cluster of runs in turn. */
  double[][] jackknife() {
    if (jackknife == null) {
      jackknife = Influence.jackknife(fitter, fitted, rows);
    }
    return jackknife;
  }

  /** What holding a parameter at each of some values costs, as multiples of the fit's own. */
  double[] costs(int parameter, double[] values) {
    double[] key = Arrays.copyOf(values, values.length + 1);
    key[values.length] = parameter;
    return costs.computeIfAbsent(
        Arrays.stream(key).boxed().toList(),
        any -> Profile.costs(fitter, fitted, rows, parameter, values));
  }
}
