package kleiber.engine.trial;

import java.util.Arrays;
import java.util.Locale;
import java.util.Map;

/**
 * How far an engine's numbers lie from those that they should be, at the place where they do so the
 * most for what is allowed there.
 *
 * @param where such as {@code member 0 forward y[3]}
 * @param error relative; NaN where a number is none
 * @param tolerance that rounding explains
 */
public record Deviation(String where, double error, double tolerance) {
  /** Of numbers that are all equal. */
  static final Deviation NONE = new Deviation("none", 0, 1);

  /** Whether the error is tolerated. */
  public boolean within() {
    return error <= tolerance; // false for NaN
  }

  /** The worse of two for its tolerance; NaN is the worst. */
  Deviation orWorse(Deviation other) {
    double own = error / tolerance;
    return other.error / other.tolerance <= own || Double.isNaN(own) ? this : other;
  }

  /** Of named numbers, relative to the largest of their name. */
  static Deviation ofTensors(
      Map<String, double[]> want, Map<String, double[]> have, double tolerance) {
    Deviation worst = NONE;
    for (String name : want.keySet()) {
      double largest = Arrays.stream(want.get(name)).map(Math::abs).max().orElse(0);
      worst =
          worst.orWorse(
              of(name, want.get(name), have.get(name), Math.max(largest, 1e-3), tolerance));
    }
    return worst;
  }

  /** Of one name's numbers, each relative to itself, but to no less than a size. */
  static Deviation of(String name, double[] want, double[] have, double size, double tolerance) {
    Deviation worst = NONE;
    for (int i = 0; i < want.length; i++) {
      double error = Math.abs(want[i] - have[i]) / Math.max(Math.abs(want[i]), size);
      worst = worst.orWorse(new Deviation(name + "[" + i + "]", error, tolerance));
    }
    return worst;
  }

  @Override
  public String toString() {
    return String.format(
        Locale.ROOT, "%s is off by %.1e, at most %.1e is allowed", where, error, tolerance);
  }
}
