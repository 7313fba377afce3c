package kleiber.observe;

import java.util.List;
import java.util.Optional;
import kleiber.fit.Interval;
import kleiber.laws.Scale;

/**
 * What a fit says of a run that nobody has done.
 *
 * @param at N and D are NaN where the law reads C alone and they were not asked for
 * @param loss nats per token
 * @param interval meant to hold the measured loss of one such run; absent when the fit has no
 *     resamples
 * @param notes what a user must know, such as how far beyond the fitted runs it lies
 */
public record Prediction(Scale at, double loss, Optional<Interval> interval, List<String> notes) {
  public Prediction {
    notes = List.copyOf(notes);
  }

  /** Whether it names N and D, so that a run could be trained to check it. */
  public boolean isOfOneRun() {
    return at.params() > 0 && at.tokens() > 0;
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
    String run =
        isOfOneRun()
            ? "%s parameters, %s tokens, "
                .formatted(Quantity.count(at.params()), Quantity.count(at.tokens()))
            : "";
    return "%s nats per token at %s%s FLOPs".formatted(range, run, Quantity.count(at.flops()));
  }
}
