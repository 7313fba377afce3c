package kleiber.report;

import java.util.Set;
import kleiber.experiment.FitPlan;
import kleiber.models.ParameterCount;

/**
 * What a reader of a page can change about an analysis without training anything.
 *
 * @param law simple name of one of the page's laws
 * @param params what N means
 * @param flops what C means
 * @param flopsAbove runs of more compute are foretold, never fitted; FLOPs under the conventions
 *     that were published, so that another convention moves no run to the other side
 * @param dropped ids of runs that are neither fitted nor foretold
 */
public record Choice(
    String law,
    ParameterCount.Convention params,
    FitPlan.Flops flops,
    double flopsAbove,
    Set<String> dropped) {
  public Choice {
    dropped = Set.copyOf(dropped);
  }
}
