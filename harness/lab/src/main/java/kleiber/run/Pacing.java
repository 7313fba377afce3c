package kleiber.run;

import java.time.Duration;
import java.util.OptionalInt;

/**
 * How a grid is done, which no result depends on.
 *
 * @param cohort trunks and single runs in a cohort; as many as pay when empty
 * @param shard the part of the grid to do
 * @param lease how long another process's claim lives that gives no sign
 */
public record Pacing(OptionalInt cohort, Shard shard, Duration lease) {
  /** The whole grid in cohorts that pay. */
  public static final Pacing USUAL =
      new Pacing(OptionalInt.empty(), Shard.WHOLE, Duration.ofSeconds(90));

  public Pacing {
    if (cohort.isPresent() && cohort.getAsInt() < 1) {
      throw new IllegalArgumentException(
          "cohort is " + cohort.getAsInt() + " but must be at least 1 run");
    }
    if (!lease.isPositive()) {
      throw new IllegalArgumentException("lease is " + lease + " but must be positive");
    }
  }

  /** The same with cohorts of so many runs. */
  public Pacing withCohort(int runs) {
    return new Pacing(OptionalInt.of(runs), shard, lease);
  }
}
