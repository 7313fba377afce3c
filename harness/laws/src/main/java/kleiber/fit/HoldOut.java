package kleiber.fit;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import kleiber.laws.Law;
import kleiber.laws.Observation;

/**
 * What a law, fitted without the largest runs, says of them, next to how it misses the runs it was
 * fitted to. The largest are those beyond half of the largest N, D or C.
 *
 * @param axis by which the largest runs were left out
 * @param boundary in units of the axis; runs above it were left out
 * @param law fitted without them
 * @param trainingError mean |predicted − measured| / measured over the rows fitted
 * @param heldOutError the same over the rows left out
 * @param heldOut number of rows left out
 */
public record HoldOut(
    ScaleAxis axis,
    double boundary,
    FittedLaw law,
    double trainingError,
    double heldOutError,
    int heldOut) {
  private static final double HALF = 0.5 * (1 + 1e-9);

  /**
   * One for each axis along which leaving out the largest runs leaves more rows than the law has
   * parameters, at more than one value of the axis.
   *
   * @throws IllegalArgumentException when there are no observations, or one cannot be fitted
   */
  public static List<HoldOut> largest(LawFitter fitter, Law law, List<Observation> observations) {
    Observations.check(law, observations);
    List<HoldOut> all = new ArrayList<>();
    for (ScaleAxis axis : ScaleAxis.values()) {
      double most = observations.stream().mapToDouble(row -> axis.of(row.at())).max().orElseThrow();
      double boundary = HALF * most;
      var large = Split.runsAbove(observations, Observation::run, r -> axis.of(r.at()), boundary);
      List<Observation> small =
          observations.stream().filter(row -> !large.contains(row.run())).toList();
      long values = small.stream().mapToDouble(row -> axis.of(row.at())).distinct().count();
      if (small.size() > law.parameters().size() && values > 1) {
        all.add(of(fitter, law, axis, boundary, Split.by(axis, observations, boundary)));
      }
    }
    return all;
  }

  private static HoldOut of(
      LawFitter fitter, Law law, ScaleAxis axis, double boundary, Split split) {
    FittedLaw fitted = fitter.fit(law, split.fit());
    return new HoldOut(
        axis,
        boundary,
        fitted,
        meanAbsoluteRelativeError(fitted, split.fit()),
        meanAbsoluteRelativeError(fitted, split.heldOut()),
        split.heldOut().size());
  }

  static double meanAbsoluteRelativeError(FittedLaw law, List<Observation> rows) {
    return rows.stream()
        .mapToDouble(row -> Math.abs(law.loss(row.at()) / row.loss() - 1))
        .average()
        .orElseThrow();
  }

  /** In words. */
  public String sentence() {
    return String.format(
        Locale.ROOT,
        "Fitted to the %s of %s <= %.3g the law misses them by %.2f %% and the %s beyond by"
            + " %.2f %%.",
        rows(law.observations()),
        axis.symbol(),
        boundary,
        100 * trainingError,
        rows(heldOut),
        100 * heldOutError);
  }

  private static String rows(int count) {
    return count == 1 ? "one row" : count + " rows";
  }
}
