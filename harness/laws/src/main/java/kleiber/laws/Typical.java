package kleiber.laws;

import java.util.List;

/**
 * A law that says what it looks like in use: which axes it reads, over which ranges, and constants
 * of the size that studies find there. Constants are those that the source prints, where it prints
 * them.
 */
public interface Typical extends Law {
  /** What the law reads of a scale. */
  List<Axis> axes();

  /** Parameters, in the order of {@link Law#parameters}. */
  double[] typical();
}
