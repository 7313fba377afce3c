package kleiber.observe;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import kleiber.fit.FittedLaw;
import kleiber.fit.Interval;
import kleiber.fit.Outcome;
import kleiber.laws.Scale;

/**
 * The lowest loss that a fitted law gives to a compute, over all N, with D what the compute leaves:
 * Hoffmann et al. 2022, section 3.3, for any law and any count of FLOPs. No token is seen twice.
 */
public final class ComputeFrontier {
  private static final int POINTS = 49;
  private static final int SIZES = 400;
  private static final double REACH = 30;

  private ComputeFrontier() {}

  /**
   * A point of the frontier.
   *
   * @param params the N of the lowest loss
   * @param interval of the measured loss of one run there; absent without resamples
   */
  public record Point(double flops, double params, double loss, Optional<Interval> interval) {}

  /**
   * The frontier at evenly spaced ln C. A compute whose best N lies beyond what was searched (a
   * factor of 30 outside the sizes fitted) is left out.
   */
  public static List<Point> of(Analysis analysis, double lowFlops, double highFlops) {
    Optional<FittedLaw> fitted =
        analysis.fitted().filter(law -> law.outcome() != Outcome.FAILED);
    if (fitted.isEmpty()) {
      return List.of();
    }
    FlopsPerToken flopsPerToken = FlopsPerToken.of(analysis.observations().fit());
    var sizes =
        analysis.observations().fit().stream().mapToDouble(row -> row.at().params()).summaryStatistics();
    List<Point> points = new ArrayList<>();
    for (int i = 0; i < POINTS; i++) {
      double flops = between(lowFlops, highFlops, i / (POINTS - 1.0));
      Scale best = null;
      int bestSize = 0;
      for (int size = 0; size <= SIZES; size++) {
        double params =
            between(sizes.getMin() / REACH, sizes.getMax() * REACH, size / (double) SIZES);
        double tokens = flops / flopsPerToken.at(params);
        Scale at = new Scale(params, tokens, flops, Map.of(Scale.UNIQUE_TOKENS, tokens));
        if (best == null || fitted.get().loss(at) < fitted.get().loss(best)) {
          best = at;
          bestSize = size;
        }
      }
      if (bestSize > 0 && bestSize < SIZES) {
        Scale at = best;
        points.add(
            new Point(
                flops,
                at.params(),
                fitted.get().loss(at),
                analysis
                    .bootstrapped()
                    .map(boot -> boot.prediction(at, analysis.experiment().fit().confidence()))));
      }
    }
    return points;
  }

  private static double between(double low, double high, double share) {
    return low * Math.pow(high / low, share);
  }
}
