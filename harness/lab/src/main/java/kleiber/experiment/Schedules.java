package kleiber.experiment;

import java.util.Collection;
import java.util.List;
import java.util.stream.Collectors;
import kleiber.train.Constant;

/**
 * What learning-rate schedules cost beside one another at one size, whether averaged weights of a
 * constant rate replace a decay, and whether a law of the learning rates that is fitted to some
 * schedules foretells another.
 */
public record Schedules() implements StudyPlan {
  /** What runs may differ in that are set beside one another. */
  public static final List<String> VARIES =
      List.of(
          "schedule.type",
          "schedule.warmupTokens",
          "schedule.decayFraction",
          "schedule.finalFraction",
          "tokens",
          "seed");

  /** Types of schedule of which each is foretold from the others. */
  public static final int TO_FORETELL = 3;

  @Override
  public void check(PlannedGrid grid) {
    Collection<List<Run>> settings = grid.alike(grid.cells(), VARIES);
    if (settings.stream().noneMatch(Schedules::several)) {
      throw new IllegalArgumentException(
          "it takes two types of schedule, all other settings alike; the grid has none with more"
              + " than one");
    }
    if (settings.stream().noneMatch(runs -> compare(runs) || foretell(runs))) {
      throw new IllegalArgumentException(
          "it takes two types of schedule at an equal number of tokens and an equal seed, or three"
              + " of one seed, to foretell each from the others; the grid has no such runs");
    }
  }

  private static boolean several(List<Run> runs) {
    return types(runs) > 1;
  }

  private static long types(List<Run> runs) {
    return runs.stream().map(run -> run.spec().schedule().getClass()).distinct().count();
  }

  private static boolean compare(List<Run> runs) {
    return runs.stream().anyMatch(one -> runs.stream().anyMatch(other -> compare(one, other)));
  }

  /** Whether a seed has a type beside two that a law of the learning rates is fitted to. */
  private static boolean foretell(List<Run> runs) {
    return runs.stream().collect(Collectors.groupingBy(run -> run.spec().seed())).values().stream()
        .anyMatch(its -> types(its) >= TO_FORETELL);
  }

  /** A constant rate passes every length up to its own. */
  private static boolean compare(Run one, Run other) {
    return one.spec().seed() == other.spec().seed()
        && !one.spec().schedule().getClass().equals(other.spec().schedule().getClass())
        && (one.trainedTokens() == other.trainedTokens()
            || one.spec().schedule() instanceof Constant
                && one.trainedTokens() > other.trainedTokens());
  }
}
