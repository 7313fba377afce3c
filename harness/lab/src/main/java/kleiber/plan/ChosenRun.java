package kleiber.plan;

import kleiber.observe.Quantity;

/**
 * A run that was chosen by what was measured before: a row of {@code choices.jsonl}.
 *
 * @param run its id
 * @param params N, under the plan's convention
 * @param tokens D
 * @param flops C, under the plan's convention
 * @param rows losses that were known when it was chosen
 * @param before error to expect at the target without it, and with those chosen before it, as a
 *     share of the loss
 * @param after the same with it
 */
public record ChosenRun(
    String run, double params, double tokens, double flops, int rows, double before, double after) {
  /** Why, in words. */
  public String why() {
    String drop =
        "the error to expect at the target falls from %s to %s"
            .formatted(Quantity.percent(before), Quantity.percent(after));
    return after < before
        ? drop + " for " + Quantity.count(flops) + " FLOPs"
        : "the runs chosen with it need it: alone, " + drop;
  }
}
