package kleiber.observe;

import java.util.List;
import kleiber.fit.FittedLaw;
import kleiber.laws.Observation;
import kleiber.models.ParameterCount;

/**
 * The same law fitted to the same runs and asked for the same held-out rows, with another meaning
 * of N. What lies between conventions is an uncertainty that no interval of one of them shows.
 *
 * @param params what N means here
 * @param fitted the law under it
 * @param meanAbsoluteRelativeError over the held-out rows; NaN when there are none
 */
public record ConventionError(
    ParameterCount.Convention params, FittedLaw fitted, double meanAbsoluteRelativeError) {
  static ConventionError of(
      ParameterCount.Convention params, FittedLaw fitted, List<Observation> heldOut) {
    double error =
        heldOut.stream()
            .map(row -> new Residual(row, fitted.loss(row.at())))
            .mapToDouble(residual -> Math.abs(residual.relativeError()))
            .average()
            .orElse(Double.NaN);
    return new ConventionError(params, fitted, error);
  }
}
