package kleiber.plan;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import kleiber.run.Machine;

/**
 * A measurement: one line of the cache.
 *
 * @param processor model of the CPU
 * @param crew kind of device, and cohorts trained side by side
 * @param members of the cohort
 * @param alone while no other lane trains
 * @param beside while all lanes train the same
 * @param measured when, ISO-8601, UTC
 */
record StepTime(
    String processor,
    Crew crew,
    Shape shape,
    int members,
    Speed alone,
    Speed beside,
    String measured) {
  static StepTime here(Crew crew, Shape shape, int members, Speed alone, Speed beside) {
    return new StepTime(
        Machine.here().processor(),
        crew.ofKind(),
        shape,
        members,
        alone,
        beside,
        Instant.now().truncatedTo(ChronoUnit.SECONDS).toString());
  }

  /** FLOPs of a step of the whole cohort. */
  double flops() {
    return members * shape.flopsPerStep();
  }
}
