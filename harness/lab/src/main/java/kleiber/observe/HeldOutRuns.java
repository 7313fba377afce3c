package kleiber.observe;

import java.util.List;
import java.util.Optional;
import kleiber.fit.Bootstrap;
import kleiber.fit.BootstrappedLaw;
import kleiber.fit.FittedLaw;
import kleiber.fit.Interval;
import kleiber.fit.LawFitter;
import kleiber.fit.Outcome;
import kleiber.fit.ScaleAxis;
import kleiber.fit.Split;
import kleiber.laws.Law;
import kleiber.laws.Observation;

/**
 * The large runs of a table, foretold by a law that was fitted without them.
 *
 * @param above runs that reach beyond it on the axis were held out
 * @param fitted to the others
 * @param trainingError mean |predicted − measured| / measured over the rows fitted
 * @param points one for each row held out
 */
public record HeldOutRuns(
    ScaleAxis axis, double above, FittedLaw fitted, double trainingError, List<Point> points) {
  /**
   * A row held out.
   *
   * @param predicted nats per token
   * @param interval meant to hold the measured loss; empty where no noise could be measured
   */
  public record Point(Observation measured, double predicted, Optional<Interval> interval) {
    /** Predicted over measured loss, less one. */
    public double relativeError() {
      return predicted / measured.loss() - 1;
    }
  }

  /** Points from which a shortfall can be told from chance. */
  private static final int ENOUGH = 10;

  /** Standard deviations of chance below which it is one. */
  private static final double FAR = 2;

  /** Share of the mean error by which its mean with signs makes it one-sided. */
  private static final double ONE_SIDED = 0.5;

  public HeldOutRuns {
    points = List.copyOf(points);
  }

  /**
   * @param bootstrap null for no intervals
   */
  static HeldOutRuns of(
      ScaleAxis axis,
      double above,
      Law law,
      LawFitter fitter,
      Split split,
      Bootstrap bootstrap,
      double confidence) {
    FittedLaw fitted = fitter.fit(law, split.fit());
    boolean noisy =
        fitted.outcome() != Outcome.FAILED
            && bootstrap != null
            && TableFit.carriesNoise(split.fit(), law);
    Optional<BootstrappedLaw> bootstrapped =
        noisy ? Optional.of(bootstrap.run(fitted, split.fit())) : Optional.empty();
    return new HeldOutRuns(
        axis,
        above,
        fitted,
        split.fit().stream()
            .mapToDouble(row -> Math.abs(fitted.loss(row.at()) / row.loss() - 1))
            .average()
            .orElseThrow(),
        split.heldOut().stream()
            .map(
                row ->
                    new Point(
                        row,
                        fitted.loss(row.at()),
                        bootstrapped.map(boot -> boot.prediction(row.at(), confidence))))
            .toList());
  }

  /** Mean of |predicted − measured| / measured over the rows held out. */
  public double meanAbsoluteRelativeError() {
    return points.stream()
        .mapToDouble(point -> Math.abs(point.relativeError()))
        .average()
        .orElseThrow();
  }

  /**
   * What speaks from intervals that held far fewer losses than they promise: a law that errs to one
   * side, or losses that scatter more than those that were fitted. Empty where they held enough.
   */
  public Optional<String> shortfall(double confidence) {
    long asked = points.stream().filter(point -> point.interval.isPresent()).count();
    double chance = Math.sqrt(confidence * (1 - confidence) / Math.max(1, asked));
    if (asked < ENOUGH || coverage() >= confidence - FAR * chance) {
      return Optional.empty();
    }
    double error = meanAbsoluteRelativeError();
    double side = points.stream().mapToDouble(Point::relativeError).average().orElseThrow();
    String promise = "The intervals promise " + Quantity.percent(confidence) + ". ";
    return Optional.of(
        promise
            + (Math.abs(side) > ONE_SIDED * error
                ? "On average these losses lie %s %s what the law foretold: its form does not hold that far, and that error is in no interval."
                    .formatted(Quantity.percent(Math.abs(side)), side > 0 ? "below" : "above")
                : "The law errs to neither side, but by %s here and by %s where it was fitted: noise that differs between scales is in no interval."
                    .formatted(Quantity.percent(error), Quantity.percent(trainingError))));
  }

  /** Share of the points whose interval held the measured loss; NaN without intervals. */
  public double coverage() {
    return points.stream()
        .filter(point -> point.interval.isPresent())
        .mapToDouble(point -> point.interval.get().holds(point.measured.loss()) ? 1 : 0)
        .average()
        .orElse(Double.NaN);
  }
}
