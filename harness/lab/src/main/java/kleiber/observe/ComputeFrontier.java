package kleiber.observe;

import java.util.ArrayList;
import java.util.DoubleSummaryStatistics;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import kleiber.fit.FittedLaw;
import kleiber.fit.Interval;
import kleiber.laws.Scale;
import kleiber.laws.Typical;

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
   * factor of 30 outside the sizes fitted) is left out. There is none for a law that reads more
   * than size, since compute is spent on that too.
   */
  public static List<Point> of(Foretelling foretelling, double lowFlops, double highFlops) {
    if (foretelling.usable().isEmpty()) {
      return List.of();
    }
    FittedLaw law = foretelling.usable().get();
    if (law.law() instanceof Typical known && !known.readsSizeAlone()) {
      return List.of();
    }
    FlopsPerToken flopsPerToken = FlopsPerToken.of(foretelling.fit());
    DoubleSummaryStatistics sizes =
        foretelling.fit().stream().mapToDouble(row -> row.at().params()).summaryStatistics();
    List<Point> points = new ArrayList<>();
    for (int i = 0; i < POINTS; i++) {
      double flops = between(lowFlops, highFlops, i / (POINTS - 1.0));
      int bestSize = SIZES / 2;
      Scale best = scale(flops, size(sizes, bestSize), flopsPerToken);
      for (int size = 0; size <= SIZES; size++) {
        Scale at = scale(flops, size(sizes, size), flopsPerToken);
        if (law.loss(at) < law.loss(best) * (1 - 1e-12)) {
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
                law.loss(at),
                foretelling
                    .bootstrapped()
                    .map(boot -> boot.prediction(at, foretelling.confidence()))));
      }
    }
    return points;
  }

  private static Scale scale(double flops, double params, FlopsPerToken flopsPerToken) {
    double tokens = flops / flopsPerToken.at(params);
    return new Scale(params, tokens, flops, Map.of(Scale.UNIQUE_TOKENS, tokens));
  }

  private static double size(DoubleSummaryStatistics sizes, int index) {
    return between(sizes.getMin() / REACH, sizes.getMax() * REACH, index / (double) SIZES);
  }

  private static double between(double low, double high, double share) {
    return low * Math.pow(high / low, share);
  }
}
