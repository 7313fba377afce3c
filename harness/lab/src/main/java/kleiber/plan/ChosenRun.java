package kleiber.plan;

import java.util.OptionalDouble;
import kleiber.observe.Quantity;

/**
 * A run that was chosen by what was measured before: a row of {@code choices.jsonl}. Errors to
 * expect are those of ln L at the target, one standard deviation, as shares of the loss.
 *
 * @param run its id
 * @param params N, under the plan's convention
 * @param tokens D
 * @param flops C, under the plan's convention
 * @param rows losses that were known when it was chosen
 * @param planned runs of the plan that it is one of, made for all that was left of the budget
 * @param now error to expect before the plan
 * @param withIt the same with it and the cheaper runs of the plan
 * @param whenDone the same with all of the plan
 */
public record ChosenRun(
    String run,
    double params,
    double tokens,
    double flops,
    int rows,
    int planned,
    double now,
    double withIt,
    double whenDone) {
  /**
   * Why, in words.
   *
   * @param interval half its width at the target now, where it is known
   */
  public String why(OptionalDouble interval) {
    String what =
        planned == 1
            ? "which would tell most of the target"
            : "one of %d runs, cheapest first, that would tell most of the target"
                .formatted(planned);
    return interval.isEmpty()
        ? what
        : "%s and bring its interval to ±%s"
            .formatted(what, Quantity.percent(interval.getAsDouble() * whenDone / now));
  }
}
