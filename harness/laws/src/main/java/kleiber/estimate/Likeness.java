package kleiber.estimate;

import java.util.Collection;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import kleiber.laws.Scale;

/**
 * Which scales of two recipes stand side by side: those of as many tokens and about as many
 * parameters, which are alike on the further axes too that vary within one of the recipes. An axis
 * on which either recipe has one value alone is what they may differ in, and one that a scale does
 * not have says nothing.
 *
 * @param axes names of the further axes on which they must be alike
 */
public record Likeness(Set<String> axes) {
  /** The same, but for rounding. */
  private static final double SAME = 1e-3;

  /** About the same parameters, in ln N: a gate or a norm more or less. */
  public static final double PARAMS = 0.1;

  public Likeness {
    axes = Set.copyOf(axes);
  }

  /** Between all the scales of one recipe and all those of another. */
  public static Likeness of(Collection<Scale> a, Collection<Scale> b) {
    Set<String> axes = varying(a);
    axes.addAll(varying(b));
    return new Likeness(axes);
  }

  private static Set<String> varying(Collection<Scale> scales) {
    Map<String, Double> first = new TreeMap<>();
    Set<String> varying = new TreeSet<>();
    for (Scale scale : scales) {
      scale
          .extra()
          .forEach(
              (axis, value) -> {
                Double known = first.putIfAbsent(axis, value);
                if (known != null && !same(known, value)) {
                  varying.add(axis);
                }
              });
    }
    return varying;
  }

  /** Whether runs of these scales may be partners. */
  public boolean holds(Scale a, Scale b) {
    return apart(a.tokens(), b.tokens()) <= SAME
        && apart(a.params(), b.params()) <= PARAMS
        && axes.stream().allMatch(axis -> same(a.extra().get(axis), b.extra().get(axis)));
  }

  private static boolean same(Double x, Double y) {
    return x == null || y == null || x.equals(y) || apart(x, y) <= SAME;
  }

  private static double apart(double x, double y) {
    return Math.abs(Math.log(x / y));
  }
}
