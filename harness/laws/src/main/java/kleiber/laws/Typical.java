package kleiber.laws;

import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

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

  /** What it reads of a scale beyond what every run has: N, D, C and distinct tokens. */
  default Set<String> furtherAxes() {
    return axes().stream()
        .map(Axis::name)
        .filter(name -> !Set.of("params", "tokens", "flops", Scale.UNIQUE_TOKENS).contains(name))
        .collect(Collectors.toCollection(TreeSet::new));
  }

  /** Whether there is nothing of the kind. */
  default boolean readsSizeAlone() {
    return furtherAxes().isEmpty();
  }
}
