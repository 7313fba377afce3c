package kleiber.estimate;

import kleiber.fit.Interval;

/**
 * Winkler's score of an interval forecast, lower being better: its width, plus 2 / (1 − confidence)
 * for each unit by which the measured value lies outside. Neither a wide interval nor an
 * overconfident one can win by it.
 *
 * <p>Winkler 1972; Gneiting and Raftery 2007, eq. 43.
 */
public final class IntervalScore {
  private IntervalScore() {}

  /** In the unit of the interval. */
  public static double of(Interval forecast, double measured) {
    double outside =
        Math.max(0, forecast.low() - measured) + Math.max(0, measured - forecast.high());
    return forecast.high() - forecast.low() + 2 / (1 - forecast.confidence()) * outside;
  }

  /** Of a forecast that gives no interval, taken for one of no width. */
  public static double of(double forecast, double measured, double confidence) {
    return of(new Interval(forecast, forecast, confidence), measured);
  }
}
