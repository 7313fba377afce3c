package kleiber.experiment;

import java.util.List;
import kleiber.laws.Observation;

/**
 * How often intervals hold what they are meant to hold, when every seed's runs are fitted by
 * themselves: the loss foretold, and the irreducible loss where the corpus's distribution is known.
 */
public record SeedCoverage() implements StudyPlan {
  /** Seeds below which nothing can be said of how often. */
  public static final int FEWEST = 3;

  @Override
  public void check(PlannedGrid grid) {
    long seeds =
        grid.endsBySeed().values().stream().filter(ends -> foretellsItself(ends, grid)).count();
    if (seeds < FEWEST) {
      throw new IllegalArgumentException(
          "how often intervals hold takes at least %d seeds, each with more runs to fit than %s has parameters and a run held out; the grid has %d such"
              .formatted(FEWEST, grid.fit().law().getClass().getSimpleName(), seeds));
    }
  }

  /** Whether a seed's fit can have error bars, and something to foretell. */
  private static boolean foretellsItself(List<Observation> ends, PlannedGrid grid) {
    FitPlan fit = grid.fit();
    List<Observation> fitted = grid.fitted(ends);
    boolean several = fitted.stream().map(Observation::cluster).distinct().count() > 1;
    boolean enough = !fit.readsLastAlone() || fitted.size() > fit.law().parameters().size();
    return several && enough && fitted.size() < ends.size();
  }
}
