package kleiber.fit;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import kleiber.laws.Observation;

/**
 * Small runs to fit, large runs to predict. A run whose largest compute exceeds the boundary is
 * held out with all its rows, so that no checkpoint of a predicted run is ever fitted.
 *
 * @param fit rows of the small runs
 * @param heldOut rows of the large runs
 */
public record Split(List<Observation> fit, List<Observation> heldOut) {
  public Split {
    fit = List.copyOf(fit);
    heldOut = List.copyOf(heldOut);
  }

  /**
   * @param above the boundary, FLOPs under the convention of the observations
   * @throws IllegalArgumentException when either side would be empty
   */
  public static Split byFlops(List<Observation> observations, double above) {
    if (observations.isEmpty()) {
      throw new IllegalArgumentException("There are no observations to split.");
    }
    Map<String, Double> largest =
        observations.stream()
            .collect(Collectors.toMap(Observation::run, row -> row.at().flops(), Math::max));
    Map<Boolean, List<Observation>> sides =
        observations.stream()
            .collect(Collectors.partitioningBy(row -> largest.get(row.run()) > above));
    if (sides.get(true).isEmpty() || sides.get(false).isEmpty()) {
      double low = largest.values().stream().mapToDouble(c -> c).min().getAsDouble();
      double high = largest.values().stream().mapToDouble(c -> c).max().getAsDouble();
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "A boundary of %.4g FLOPs leaves no run %s: the final compute of the %d runs goes"
                  + " from %.4g to %.4g FLOPs, and the boundary must lie at or above the first and"
                  + " below the last.",
              above,
              sides.get(true).isEmpty() ? "to predict" : "to fit",
              largest.size(),
              low,
              high));
    }
    return new Split(sides.get(false), sides.get(true));
  }
}
