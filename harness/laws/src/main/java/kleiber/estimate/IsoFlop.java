package kleiber.estimate;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import kleiber.laws.Observation;

/**
 * Models of several sizes trained with one compute budget.
 *
 * @param flops C
 * @param params N, ascending
 * @param tokens D of each
 * @param losses nats per token of each
 */
public record IsoFlop(double flops, double[] params, double[] tokens, double[] losses) {
  public IsoFlop {
    if (params.length < 3 || params.length != tokens.length || params.length != losses.length) {
      throw new IllegalArgumentException(
          "A budget has "
              + params.length
              + " sizes, "
              + tokens.length
              + " token counts and "
              + losses.length
              + " losses, but needs the same number of each, at least three.");
    }
    requirePositive("compute", flops);
    for (int i = 0; i < params.length; i++) {
      requirePositive("N", params[i]);
      requirePositive("D", tokens[i]);
      requirePositive("loss", losses[i]);
      if (i > 0 && !(params[i] > params[i - 1])) {
        throw new IllegalArgumentException(
            "The sizes of a budget must ascend, but " + params[i - 1] + " is before " + params[i]);
      }
    }
  }

  /**
   * Sorts observations by budget: one joins the budget whose lowest compute is at most {@code
   * tolerance} below its own. Of runs of one size at one budget the lowest loss counts. Budgets of
   * fewer than three sizes are left out.
   *
   * @param tolerance such as 0.05; 0 for budgets that are exactly equal
   */
  public static List<IsoFlop> of(List<Observation> observations, double tolerance) {
    List<Observation> sorted =
        observations.stream().sorted(Comparator.comparingDouble(row -> row.at().flops())).toList();
    List<IsoFlop> budgets = new ArrayList<>();
    Map<Double, Observation> bySize = new TreeMap<>();
    double lowest = 0;
    for (Observation row : sorted) {
      if (row.at().flops() > lowest * (1 + tolerance)) {
        add(budgets, bySize.values());
        bySize.clear();
        lowest = row.at().flops();
      }
      bySize.merge(row.at().params(), row, (x, y) -> x.loss() <= y.loss() ? x : y);
    }
    add(budgets, bySize.values());
    return budgets;
  }

  private static void add(List<IsoFlop> budgets, Collection<Observation> rows) {
    if (rows.size() >= 3) {
      double lnC = rows.stream().mapToDouble(row -> Math.log(row.at().flops())).average().orElse(0);
      budgets.add(
          new IsoFlop(
              Math.exp(lnC),
              rows.stream().mapToDouble(row -> row.at().params()).toArray(),
              rows.stream().mapToDouble(row -> row.at().tokens()).toArray(),
              rows.stream().mapToDouble(Observation::loss).toArray()));
    }
  }

  /** D that goes with a size between those tried, by a straight line in logarithms. */
  double tokensAt(double size) {
    int above = 1;
    while (above < params.length - 1 && params[above] < size) {
      above++;
    }
    double part = Math.log(size / params[above - 1]) / Math.log(params[above] / params[above - 1]);
    return tokens[above - 1] * Math.pow(tokens[above] / tokens[above - 1], part);
  }

  IsoFlop withLosses(double[] other) {
    return new IsoFlop(flops, params, tokens, other);
  }

  private static void requirePositive(String what, double value) {
    if (!(value > 0) || Double.isInfinite(value)) {
      throw new IllegalArgumentException(
          "The " + what + " of a budget is " + value + " but must be positive and finite.");
    }
  }
}
