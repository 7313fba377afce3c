package kleiber.estimate;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import kleiber.laws.Observation;

/** Training curves read at many budgets, and which of them is lowest there. */
final class Envelope {
  /** Sizes that must lie on either side of the frontier at a budget. */
  private static final int BESIDE = 2;

  private static final int ROUNDS = 5;

  /** One run's way through compute: ln C ascending with ln D and ln L. */
  private record Curve(String cluster, double lnN, double[] lnC, double[] lnD, double[] lnL) {
    static Curve of(List<Observation> rows) {
      List<Observation> sorted =
          rows.stream().sorted(Comparator.comparingDouble(row -> row.at().flops())).toList();
      return new Curve(
          sorted.get(0).cluster(),
          Math.log(sorted.get(0).at().params()),
          sorted.stream().mapToDouble(row -> Math.log(row.at().flops())).toArray(),
          sorted.stream().mapToDouble(row -> Math.log(row.at().tokens())).toArray(),
          sorted.stream().mapToDouble(row -> Math.log(row.loss())).toArray());
    }

    /** NaN outside of the run. */
    double at(double[] values, double c) {
      int last = lnC.length - 1;
      if (c < lnC[0] || c > lnC[last]) {
        return Double.NaN;
      }
      int above = 1;
      while (above < last && lnC[above] < c) {
        above++;
      }
      double part = (c - lnC[above - 1]) / (lnC[above] - lnC[above - 1]);
      return values[above - 1] + part * (values[above] - values[above - 1]);
    }
  }

  /** ln N* and ln D* over ln C. */
  record Frontier(LogLinearLaw params, LogLinearLaw tokens) {}

  private final List<Curve> curves;
  private final double[] lnC;
  private final double[][] lnL;

  Envelope(List<Observation> observations, int budgets) {
    Map<String, List<Observation>> runs =
        observations.stream()
            .collect(
                Collectors.groupingBy(Observation::run, LinkedHashMap::new, Collectors.toList()));
    curves = runs.values().stream().filter(rows -> rows.size() > 1).map(Curve::of).toList();
    if (curves.isEmpty()) {
      throw new IllegalArgumentException(
          "An envelope is drawn below training curves, but no run has two checkpoints.");
    }
    double low = curves.stream().mapToDouble(curve -> curve.lnC[0]).min().getAsDouble();
    double high =
        curves.stream().mapToDouble(curve -> curve.lnC[curve.lnC.length - 1]).max().getAsDouble();
    lnC = new double[budgets];
    lnL = new double[budgets][curves.size()];
    for (int point = 0; point < budgets; point++) {
      lnC[point] = low + (high - low) * point / (budgets - 1);
      for (int i = 0; i < curves.size(); i++) {
        lnL[point][i] = curves.get(i).at(curves.get(i).lnL, lnC[point]);
      }
    }
  }

  /** Curves of each cluster. */
  List<int[]> clusters() {
    Map<String, List<Integer>> clusters = new LinkedHashMap<>();
    for (int i = 0; i < curves.size(); i++) {
      clusters.computeIfAbsent(curves.get(i).cluster, name -> new ArrayList<>()).add(i);
    }
    return clusters.values().stream()
        .map(members -> members.stream().mapToInt(Integer::intValue).toArray())
        .toList();
  }

  boolean[] all() {
    boolean[] all = new boolean[curves.size()];
    Arrays.fill(all, true);
    return all;
  }

  /** Budgets at which the frontier lies well between the sizes that passed them. */
  int[] inside() {
    boolean[] all = all();
    int[] points =
        IntStream.range(0, lnC.length)
            .filter(point -> beside(point, Double.NEGATIVE_INFINITY, true) > 2 * BESIDE)
            .filter(
                point -> {
                  double best = curves.get(lowest(point, all)).lnN;
                  return beside(point, best, true) > 0 && beside(point, best, false) > 0;
                })
            .toArray();
    for (int round = 0; round < ROUNDS && sizes(points, all) > 1; round++) {
      LogLinearLaw line = frontier(points, all).params;
      points =
          IntStream.range(0, lnC.length)
              .filter(
                  point -> {
                    double best = Math.log(line.at(Math.exp(lnC[point])));
                    return beside(point, best, true) >= BESIDE
                        && beside(point, best, false) >= BESIDE;
                  })
              .toArray();
    }
    return points;
  }

  /** Distinct sizes that are lowest at any of the budgets. */
  long sizes(int[] points, boolean[] in) {
    return IntStream.of(points)
        .map(point -> lowest(point, in))
        .filter(curve -> curve >= 0)
        .mapToDouble(curve -> curves.get(curve).lnN)
        .distinct()
        .count();
  }

  /** The line through the lowest curves at those budgets, of the curves that are in. */
  Frontier frontier(int[] points, boolean[] in) {
    int[] passed = IntStream.of(points).filter(point -> lowest(point, in) >= 0).toArray();
    double[] flops = new double[passed.length];
    double[] params = new double[passed.length];
    double[] tokens = new double[passed.length];
    for (int k = 0; k < passed.length; k++) {
      double c = lnC[passed[k]];
      Curve curve = curves.get(lowest(passed[k], in));
      flops[k] = Math.exp(c);
      params[k] = Math.exp(curve.lnN);
      tokens[k] = Math.exp(curve.at(curve.lnD, c));
    }
    return new Frontier(LogLinearLaw.fit(params, flops), LogLinearLaw.fit(tokens, flops));
  }

  /** The lowest curve at a budget; −1 where none of those that are in passed it. */
  private int lowest(int point, boolean[] in) {
    int best = -1;
    for (int i = 0; i < in.length; i++) {
      if (in[i] && !Double.isNaN(lnL[point][i])) {
        best = best < 0 || lnL[point][i] < lnL[point][best] ? i : best;
      }
    }
    return best;
  }

  /** Distinct sizes above (or below) a size among the curves that passed a budget. */
  private long beside(int point, double lnN, boolean above) {
    return IntStream.range(0, curves.size())
        .filter(i -> !Double.isNaN(lnL[point][i]))
        .mapToDouble(i -> curves.get(i).lnN)
        .filter(size -> above ? size > lnN : size < lnN)
        .distinct()
        .count();
  }
}
