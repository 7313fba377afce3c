package kleiber.fit;

import java.util.List;
import kleiber.laws.Observation;
import kleiber.laws.PowerLaw;

/**
 * What a law fitted to small runs said of large ones, next to what was measured.
 *
 * @param law the law, fitted without the held-out runs
 * @param points one for each held-out observation
 * @param confidence of the points' intervals
 * @param baseline the plain power law in compute, fitted to the compute frontier of the same rows
 */
public record Extrapolation(
    FittedLaw law, List<Point> points, double confidence, FittedLaw baseline) {
  /**
   * One held-out observation.
   *
   * @param predicted loss, nats per token
   * @param interval meant to hold the measured loss
   * @param relativeError (predicted − measured) / measured
   * @param covered whether the interval held it
   */
  public record Point(
      Observation measured,
      double predicted,
      Interval interval,
      double relativeError,
      boolean covered) {}

  public Extrapolation {
    points = List.copyOf(points);
  }

  /**
   * @throws IllegalArgumentException when nothing is held out
   */
  public static Extrapolation of(
      FittedLaw law, BootstrappedLaw bootstrapped, List<Observation> heldOut, double confidence) {
    Observations.check(law.law(), heldOut);
    List<Point> points =
        heldOut.stream()
            .map(
                row -> {
                  double predicted = law.loss(row.at());
                  Interval interval = bootstrapped.prediction(row.at(), confidence);
                  return new Point(
                      row,
                      predicted,
                      interval,
                      predicted / row.loss() - 1,
                      interval.holds(row.loss()));
                })
            .toList();
    FittedLaw baseline =
        bootstrapped.fitter().fit(new PowerLaw(), Frontier.of(bootstrapped.observations()));
    return new Extrapolation(law, points, confidence, baseline);
  }

  /** Mean of |predicted − measured| / measured over the points (ARE). */
  public double meanAbsoluteRelativeError() {
    return points.stream()
        .mapToDouble(point -> Math.abs(point.relativeError()))
        .average()
        .orElseThrow();
  }

  /** The same for the baseline. */
  public double baselineMeanAbsoluteRelativeError() {
    return points.stream()
        .map(Point::measured)
        .mapToDouble(row -> Math.abs(baseline.loss(row.at()) / row.loss() - 1))
        .average()
        .orElseThrow();
  }

  /** Share of the points whose interval held the measured loss. */
  public double coverage() {
    return points.stream().mapToDouble(point -> point.covered() ? 1 : 0).average().orElseThrow();
  }
}
