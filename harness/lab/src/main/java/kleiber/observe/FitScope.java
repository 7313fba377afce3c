package kleiber.observe;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import kleiber.experiment.FitPlan;
import kleiber.experiment.Run;
import kleiber.experiment.SettingsFilter;

/**
 * Which runs a fit speaks of.
 *
 * @param where settings that they have, by path; every run when empty
 * @param bestRates whether of several learning rates and batches the best counts alone
 */
public record FitScope(Map<String, String> where, boolean bestRates) {
  /** Every run, as far as is known. */
  public static final FitScope ALL = new FitScope(Map.of(), false);

  public FitScope {
    where = Map.copyOf(where);
  }

  static FitScope of(FitPlan plan) {
    return new FitScope(plan.recipe().settings(), plan.atBestRates());
  }

  /** What a run has that those that the fit speaks of have not; empty when it is one of them. */
  Optional<String> difference(Run run) {
    return new SettingsFilter(where).difference(run);
  }

  /** Whether so many runs of one seed and scale leave no choice which of them counts. */
  boolean settles(List<?> runs) {
    return runs.size() == 1 || bestRates;
  }
}
