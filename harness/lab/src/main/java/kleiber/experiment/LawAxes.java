package kleiber.experiment;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import kleiber.laws.Axis;
import kleiber.laws.Observation;
import kleiber.laws.Scale;
import kleiber.laws.Typical;

/**
 * Whether a grid moves along every axis that its law reads, where the law reads more than N, D and
 * C: along an axis with one value its constants could be anything.
 */
final class LawAxes {
  private static final Set<String> SCALE = Set.of("params", "tokens", "flops");

  /** What grows along a run, so that a checkpoint before its end has another value. */
  private static final Set<String> GROWING = Set.of("tokens", "flops");

  /**
   * Values of an axis with which it tells anything: a floor times a product asks no more of any.
   */
  private static final int LEAST = 2;

  /** Sizes that lie closer are one: a further stream adds its prefixes to N. */
  private static final double APART = 1.25;

  private LawAxes() {}

  /** What is missing, in a sentence. */
  static Optional<String> missing(PlannedGrid grid) {
    if (!(grid.fit().law() instanceof Typical law) || law.readsSizeAlone()) {
      return Optional.empty();
    }
    List<Observation> fitted = grid.fitted();
    for (Axis axis : law.axes()) {
      boolean unknown =
          axis.name().equals(Scale.UNIQUE_TOKENS)
              || GROWING.contains(axis.name()) && !grid.fit().readsLastAlone();
      int values = values(fitted, axis, SCALE.contains(axis.name()) ? APART : 1);
      if (values < LEAST && !unknown) {
        return Optional.of(
            "%s takes at least %d values of %s (%s) among the runs that it is fitted to, but they have %d"
                .formatted(
                    law.getClass().getSimpleName(), LEAST, axis.name(), axis.unit(), values));
      }
    }
    return Optional.empty();
  }

  /** Values along an axis, counted anew where one is more than so many times the last counted. */
  private static int values(List<Observation> rows, Axis axis, double apart) {
    double[] ascending =
        rows.stream()
            .map(Observation::at)
            .filter(at -> knows(at, axis))
            .mapToDouble(axis::of)
            .sorted()
            .toArray();
    int count = 0;
    double last = Double.NEGATIVE_INFINITY;
    for (double value : ascending) {
      if (value > last * apart || count == 0) {
        count++;
        last = value;
      }
    }
    return count;
  }

  private static boolean knows(Scale at, Axis axis) {
    return SCALE.contains(axis.name()) || at.extra().containsKey(axis.name());
  }
}
