package kleiber.laws;

import java.util.List;
import java.util.Set;

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

  /** Whether it reads nothing of a scale but what every run has: N, D, C and distinct tokens. */
  default boolean readsSizeAlone() {
    return axes().stream()
        .map(Axis::name)
        .allMatch(Set.of("params", "tokens", "flops", Scale.UNIQUE_TOKENS)::contains);
  }
}
