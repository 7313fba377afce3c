package kleiber.run;

/**
 * Cohorts that a process trains side by side.
 *
 * @param heap bytes that the process's Java heap may grow to
 */
public record Lanes(Device device, int count, double heap) {}
