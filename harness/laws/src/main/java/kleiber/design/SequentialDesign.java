package kleiber.design;

import java.util.Collection;
import java.util.List;
import kleiber.fit.FittedLaw;
import kleiber.fit.LawFitter;
import kleiber.fit.Outcome;
import kleiber.laws.Law;
import kleiber.laws.Observation;

/**
 * Chooses runs by what was measured so far: plans the rest of the budget as if nothing more were to
 * be learnt, gives the first of that plan, and is asked again when they are done.
 *
 * @param fitter that the law will be fitted with
 * @param prior constants of the law until there are rows enough to fit it
 * @param priorScatter standard deviation of ln L about it until then
 */
public record SequentialDesign(LawFitter fitter, Law law, double[] prior, double priorScatter) {
  /** Rows beyond the constants from which on a fit is better than the prior. */
  private static final int SPARE_ROWS = 3;

  /** Residuals of few rows may be as good as none. */
  private static final double LEAST_SCATTER = 5e-4;

  /**
   * The best plan for what is left of a budget, its cheapest run first.
   *
   * @param done candidates that were run
   * @param rows measured in them
   * @param budget that is left, in the unit of the costs
   */
  public List<Choice> plan(
      Candidates candidates, Collection<Integer> done, List<Observation> rows, double budget) {
    return given(rows).plan(candidates, done, budget);
  }

  /** The design about what the rows say of the law. */
  public CostAwareDesign given(List<Observation> rows) {
    long clusters = rows.stream().map(Observation::cluster).distinct().count();
    if (clusters >= prior.length + SPARE_ROWS) {
      FittedLaw fitted = fitter.fit(law, rows);
      if (fitted.outcome() != Outcome.FAILED && fitted.outcome() != Outcome.NOT_IDENTIFIED) {
        return new CostAwareDesign(law, fitted.theta(), Scatter.of(scatter(fitted, rows)));
      }
    }
    return new CostAwareDesign(law, prior, Scatter.of(priorScatter));
  }

  private static double scatter(FittedLaw fitted, List<Observation> rows) {
    double squares =
        rows.stream()
            .mapToDouble(row -> Math.pow(Math.log(row.loss() / fitted.loss(row.at())), 2))
            .sum();
    double spare = rows.size() - fitted.theta().length;
    return Math.min(0.5, Math.max(LEAST_SCATTER, Math.sqrt(squares / spare)));
  }
}
