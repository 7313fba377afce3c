package kleiber.estimate;

import kleiber.fit.Interval;

/**
 * A number with an interval that is meant to hold the truth.
 *
 * @param value best guess
 * @param interval around it, not always symmetric
 */
public record Estimate(double value, Interval interval) {}
