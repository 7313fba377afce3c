package kleiber.experiment;

/**
 * How often intervals hold what they are meant to hold, when every seed's runs are fitted by
 * themselves: the loss foretold, and the irreducible loss where the corpus's distribution is known.
 */
public record SeedCoverage() implements StudyPlan {
  /** Seeds below which nothing can be said of how often. */
  public static final int FEWEST = 3;

  @Override
  public void check(PlannedGrid grid) {
    long seeds = grid.cells().stream().map(run -> run.spec().seed()).distinct().count();
    if (seeds < FEWEST) {
      throw new IllegalArgumentException(
          "how often intervals hold takes at least %d seeds; the grid has %d"
              .formatted(FEWEST, seeds));
    }
  }
}
