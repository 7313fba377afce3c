package kleiber.experiment;

import java.util.List;
import kleiber.laws.Chinchilla;
import kleiber.laws.Observation;

/**
 * How compute should be divided between parameters and tokens, by Approaches 1 to 3 of Hoffmann et
 * al. 2022 and by interpolation, side by side; checked at the largest budget that is held out.
 */
public record ComputeAllocation() implements StudyPlan {
  /** Computes that differ by less are one budget: sizes and steps are whole numbers. */
  public static final double TOLERANCE = 0.05;

  /** Sizes of which one has two smaller and two larger ones beside it, as an envelope asks. */
  private static final int OF_CURVES = 5;

  /** Sizes without which no estimator says anything. */
  private static final int LEAST_SIZES = 3;

  /**
   * Refuses what every estimator would; where some would, the study says in words which. Three
   * budgets of three sizes are always enough for the third of them, the law.
   */
  @Override
  public void check(PlannedGrid grid) {
    List<Observation> fitted = grid.fitted();
    long sizes = fitted.stream().mapToDouble(row -> row.at().params()).distinct().count();
    boolean ofRows =
        grid.fit().readsLastAlone()
            ? Checkpoints.enough(fitted, new Chinchilla())
            : sizes >= LEAST_SIZES;
    if (sizes < OF_CURVES && !ofRows) {
      throw new IllegalArgumentException(
          "it takes, among the runs that are fitted, more than Chinchilla has parameters, of three sizes and three lengths (as three budgets of three sizes are), or %d sizes; the grid has %d runs of %d sizes"
              .formatted(OF_CURVES, fitted.size(), sizes));
    }
  }
}
