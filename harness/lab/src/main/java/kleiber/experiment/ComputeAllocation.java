package kleiber.experiment;

import java.util.List;
import kleiber.estimate.IsoFlop;

/**
 * How compute should be divided between parameters and tokens, by Approaches 1 to 3 of Hoffmann et
 * al. 2022 and by interpolation, side by side; checked at the largest budget that is held out.
 */
public record ComputeAllocation() implements StudyPlan {
  /** Computes that differ by less are one budget: sizes and steps are whole numbers. */
  public static final double TOLERANCE = 0.05;

  /** Budgets that a frontier with an interval goes through. */
  private static final int LEAST_BUDGETS = 3;

  /** Sizes that a parabola goes through whatever their losses. */
  private static final int EXACT = 3;

  @Override
  public void check(PlannedGrid grid) {
    List<IsoFlop> budgets = IsoFlop.of(grid.fitted(), TOLERANCE);
    if (budgets.size() < LEAST_BUDGETS) {
      throw new IllegalArgumentException(
          "it takes %d budgets, each of three sizes or more whose compute differs by no more than %.0f %%, among the runs that are fitted; the grid has %d"
              .formatted(LEAST_BUDGETS, 100 * TOLERANCE, budgets.size()));
    }
    if (budgets.stream().allMatch(budget -> budget.params().length == EXACT)) {
      throw new IllegalArgumentException(
          "every budget of the grid has three sizes, and a parabola passes through any three: give"
              + " one of them a fourth");
    }
  }
}
