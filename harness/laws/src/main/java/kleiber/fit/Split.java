package kleiber.fit;

import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;
import kleiber.laws.Observation;

/**
 * Small runs to fit, large runs to predict. A run that exceeds the boundary anywhere is held out
 * with all its rows, so that no checkpoint of a predicted run is ever fitted.
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
   * The rule itself: the runs of which any row lies above the boundary.
   *
   * @param rows of any kind
   * @param run what names a row's run
   * @param scale what is compared with the boundary
   */
  public static <T> Set<String> runsAbove(
      Collection<T> rows, Function<T, String> run, ToDoubleFunction<T> scale, double boundary) {
    return rows.stream()
        .filter(row -> scale.applyAsDouble(row) > boundary)
        .map(run)
        .collect(Collectors.toSet());
  }

  /**
   * @param above the boundary, FLOPs under the convention of the observations
   * @throws IllegalArgumentException when either side would be empty
   */
  public static Split byFlops(List<Observation> observations, double above) {
    return by(ScaleAxis.FLOPS, observations, above);
  }

  /**
   * @param above the boundary, in units of the axis
   * @throws IllegalArgumentException when either side would be empty
   */
  public static Split by(ScaleAxis axis, List<Observation> observations, double above) {
    if (observations.isEmpty()) {
      throw new IllegalArgumentException("There are no observations to split.");
    }
    Set<String> large = runsAbove(observations, Observation::run, row -> axis.of(row.at()), above);
    Map<Boolean, List<Observation>> sides =
        observations.stream().collect(Collectors.partitioningBy(row -> large.contains(row.run())));
    if (sides.get(true).isEmpty() || sides.get(false).isEmpty()) {
      throw new IllegalArgumentException(empty(axis, observations, above, large.isEmpty()));
    }
    return new Split(sides.get(false), sides.get(true));
  }

  private static String empty(
      ScaleAxis axis, List<Observation> observations, double above, boolean nothingToPredict) {
    Map<String, Double> largest =
        observations.stream()
            .collect(Collectors.toMap(Observation::run, row -> axis.of(row.at()), Math::max));
    double low = largest.values().stream().mapToDouble(c -> c).min().getAsDouble();
    double high = largest.values().stream().mapToDouble(c -> c).max().getAsDouble();
    return String.format(
        Locale.ROOT,
        "A boundary of %s = %.4g leaves no run %s: the final %s of the %d runs goes from %.4g to"
            + " %.4g, and the boundary must lie at or above the first and below the last.",
        axis.symbol(),
        above,
        nothingToPredict ? "to predict" : "to fit",
        axis.symbol(),
        largest.size(),
        low,
        high);
  }
}
