package kleiber.observe;

import java.util.List;
import java.util.Optional;
import kleiber.fit.Interval;
import kleiber.laws.Scale;

/**
 * What a fit says of a run that nobody has done.
 *
 * @param loss nats per token
 * @param interval meant to hold the measured loss of one such run; absent when the fit has no
 *     resamples
 * @param notes what a user must know, such as how far beyond the fitted runs it lies
 */
public record Prediction(Scale at, double loss, Optional<Interval> interval, List<String> notes) {
  public Prediction {
    notes = List.copyOf(notes);
  }

  /** The prediction in a sentence. */
  public String sentence() {
    String range =
        interval
            .map(
                i -> {
                  double halfWidth = (i.high() - i.low()) / 2;
                  return "%s [%s, %s] (%s)"
                      .formatted(
                          Quantity.within(loss, halfWidth),
                          Quantity.within(i.low(), halfWidth),
                          Quantity.within(i.high(), halfWidth),
                          Quantity.percent(i.confidence()));
                })
            .orElse(Quantity.within(loss, Double.NaN) + ", without an error bar,");
    return "%s nats per token at %s parameters, %s tokens, %s FLOPs"
        .formatted(
            range,
            Quantity.count(at.params()),
            Quantity.count(at.tokens()),
            Quantity.count(at.flops()));
  }
}
