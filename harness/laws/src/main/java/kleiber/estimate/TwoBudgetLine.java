package kleiber.estimate;

import java.util.List;
import java.util.Locale;
import kleiber.fit.Frontier;
import kleiber.laws.Observation;
import kleiber.laws.Scale;

/**
 * The least that a law has to beat: L = k C^-p through the lowest losses of the two largest
 * budgets, a straight line on paper with logarithmic axes. The second budget is at most half of the
 * first, so that noise does not decide the slope.
 *
 * @param factor k
 * @param exponent p
 */
public record TwoBudgetLine(double factor, double exponent) {
  private static final double APART = 2;

  /**
   * @throws IllegalArgumentException when the compute frontier spans less than a factor of two
   */
  public static TwoBudgetLine through(List<Observation> observations) {
    List<Observation> frontier = Frontier.of(observations);
    if (frontier.isEmpty()) {
      throw new IllegalArgumentException("There are no observations to draw a line through.");
    }
    Observation last = frontier.get(frontier.size() - 1);
    for (int i = frontier.size() - 2; i >= 0; i--) {
      Observation before = frontier.get(i);
      if (before.at().flops() * APART <= last.at().flops()) {
        double exponent =
            Math.log(before.loss() / last.loss())
                / Math.log(last.at().flops() / before.at().flops());
        return new TwoBudgetLine(last.loss() * Math.pow(last.at().flops(), exponent), exponent);
      }
    }
    throw new IllegalArgumentException(
        String.format(
            Locale.ROOT,
            "The compute frontier ends at %.3g FLOPs and has no run of half as much: a line through"
                + " two budgets needs two.",
            last.at().flops()));
  }

  /** Nats per token. */
  public double loss(Scale at) {
    return factor * Math.pow(at.flops(), -exponent);
  }
}
