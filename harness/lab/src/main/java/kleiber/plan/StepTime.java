package kleiber.plan;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.OptionalDouble;
import kleiber.run.Device;
import kleiber.run.Machine;

/**
 * A measurement: one line of the cache.
 *
 * @param processor model of the CPU
 * @param device kind of device
 * @param members of the cohort
 * @param alone while no other lane trains
 * @param beside while all lanes train the same
 * @param start seconds that the process took until it trained so fast, where this was its first
 * @param measured when, ISO-8601, UTC
 */
record StepTime(
    String processor,
    Device device,
    Shape shape,
    int members,
    Speed alone,
    Speed beside,
    OptionalDouble start,
    String measured) {
  static StepTime here(
      Device device, Shape shape, int members, Speed alone, Speed beside, OptionalDouble start) {
    return new StepTime(
        Machine.here().processor(),
        device.ofKind(),
        shape,
        members,
        alone,
        beside,
        start,
        Instant.now().truncatedTo(ChronoUnit.SECONDS).toString());
  }

  /** FLOPs of a step of the whole cohort. */
  double flops() {
    return members * shape.flopsPerStep();
  }
}
