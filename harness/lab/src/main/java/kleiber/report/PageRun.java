package kleiber.report;

import static kleiber.models.ParameterCount.Convention.ACTIVE;
import static kleiber.models.ParameterCount.Convention.TOTAL;

import java.util.HashMap;
import java.util.Map;
import kleiber.experiment.FitPlan;
import kleiber.laws.Scale;
import kleiber.models.ParameterCount;
import kleiber.run.StoredRun;

/**
 * A run as the figures of a page need it. Arrays have one entry for each loss on the held-out set
 * of the fit, in the order of the log.
 *
 * @param cluster what its noise is shared with: a trunk, or the run alone
 * @param cell the same for runs that differ in their seed alone
 * @param learningRate its peak
 * @param batch tokens of an optimizer step
 * @param params N by the ordinal of {@link ParameterCount.Convention}; without that of ACTIVE, the
 *     last, where no model of the experiment has experts
 * @param flopsPerToken C / D as the family counts it
 * @param uniqueTokens distinct training tokens there were
 * @param axes where its model lies on further axes of scale, by name
 * @param tokens D
 * @param losses nats per token; NaN where it was not finite
 * @param errors standard errors of the losses; NaN where they are not known
 * @param used whether the row is fitted or foretold, whichever side its run is on
 */
public record PageRun(
    String id,
    String cluster,
    StoredRun.State state,
    int cell,
    double learningRate,
    double batch,
    double[] params,
    double flopsPerToken,
    double uniqueTokens,
    Map<String, Double> axes,
    double[] tokens,
    double[] losses,
    double[] errors,
    boolean[] used) {
  double params(ParameterCount.Convention convention) {
    return params[convention.ordinal() < params.length ? convention.ordinal() : TOTAL.ordinal()];
  }

  /** Whether a model of its experiment has experts. */
  boolean hasExperts() {
    return params.length > ACTIVE.ordinal();
  }

  /** C of a row under a convention, N under another. */
  double flops(int row, FitPlan.Flops flops, ParameterCount.Convention convention) {
    return switch (flops) {
      case EXACT -> flopsPerToken * tokens[row];
      case SIX_ND -> 6 * params(convention) * tokens[row];
    };
  }

  /** Where a row lies under these conventions. */
  Scale at(int row, FitPlan.Flops flops, ParameterCount.Convention convention) {
    Map<String, Double> further = new HashMap<>(axes);
    further.put(Scale.UNIQUE_TOKENS, uniqueTokens);
    return new Scale(params(convention), tokens[row], flops(row, flops, convention), further);
  }

  /** The loss of its last row; NaN when that was not finite. */
  double lastLoss() {
    return losses[losses.length - 1];
  }

  double lastTokens() {
    return tokens[tokens.length - 1];
  }

  boolean isDone() {
    return state == StoredRun.State.DONE;
  }
}
