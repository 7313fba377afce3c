package kleiber.estimate;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import kleiber.laws.Observation;

/**
 * The compute-optimal frontier through the lower envelope of training curves: at each of many
 * budgets the run with the lowest loss says what N and D are best. Where that run is the smallest
 * or the largest of those that passed the budget, the optimum may lie beyond, and the budget is
 * left out. Resamples draw whole clusters of runs, so that an envelope of few runs counts as few.
 *
 * <p>Hoffmann et al. 2022 (arXiv:2203.15556), section 3.1, with 1500 budgets. It reads checkpoints
 * before the end of a schedule as if they were final losses.
 *
 * @param budgets how many, evenly spaced in ln C
 * @param draws number of resamples
 * @param seed of the draws
 */
public record Approach1(int budgets, int draws, long seed) {
  private static final int REDRAWS = 100;

  public Approach1 {
    if (budgets < 10) {
      throw new IllegalArgumentException(
          "There are " + budgets + " budgets but an envelope needs at least 10; 1500 is usual.");
    }
    Draws.requireEnough(draws);
  }

  /** One run's way through compute: ln C ascending with ln N, ln D and ln L. */
  private record Curve(String cluster, double[] lnC, double lnN, double[] lnD, double[] lnL) {
    static Curve of(List<Observation> rows) {
      List<Observation> sorted =
          rows.stream().sorted(Comparator.comparingDouble(row -> row.at().flops())).toList();
      return new Curve(
          sorted.get(0).cluster(),
          sorted.stream().mapToDouble(row -> Math.log(row.at().flops())).toArray(),
          Math.log(sorted.get(0).at().params()),
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

  /**
   * @param observations checkpoints of runs at several sizes
   * @throws IllegalArgumentException when fewer than three sizes lie on the envelope between others
   */
  public Allocation estimate(List<Observation> observations) {
    Map<String, List<Observation>> runs =
        observations.stream()
            .collect(
                Collectors.groupingBy(Observation::run, LinkedHashMap::new, Collectors.toList()));
    List<Curve> curves =
        runs.values().stream().filter(rows -> rows.size() > 1).map(Curve::of).toList();
    Envelope envelope = new Envelope(curves, budgets);
    int[] all = new int[curves.size()];
    java.util.Arrays.fill(all, 1);
    List<int[]> optima = envelope.optima(all);
    long sizes = optima.stream().map(point -> curves.get(point[1]).lnN).distinct().count();
    if (sizes < 3) {
      throw new IllegalArgumentException(
          sizes
              + " sizes lie on the envelope of "
              + curves.size()
              + " training curves with a smaller and a larger one beside them, but a frontier"
              + " needs three: train sizes closer together, or for longer.");
    }
    List<int[]> clusters = clusters(curves);
    SplittableRandom source = new SplittableRandom(seed);
    List<List<int[]>> resampled =
        Stream.generate(source::split).limit(draws).toList().parallelStream()
            .map(random -> resample(envelope, clusters, optima, random))
            .toList();
    String note =
        String.format(
            java.util.Locale.ROOT,
            "%d of %d budgets lie between the sizes tried; %d sizes are on the envelope.",
            optima.size(),
            budgets,
            sizes);
    return new Allocation(
        PowerOfCompute.through(
            envelope.line(optima, true),
            resampled.stream().map(o -> envelope.line(o, true)).toArray(LogLinearLaw[]::new),
            Double.POSITIVE_INFINITY),
        PowerOfCompute.through(
            envelope.line(optima, false),
            resampled.stream().map(o -> envelope.line(o, false)).toArray(LogLinearLaw[]::new),
            Double.POSITIVE_INFINITY),
        List.of(note));
  }

  private static List<int[]> resample(
      Envelope envelope, List<int[]> clusters, List<int[]> optima, SplittableRandom random) {
    for (int attempt = 0; attempt < REDRAWS; attempt++) {
      int[] weight = new int[envelope.curves.size()];
      for (int drawn = 0; drawn < clusters.size(); drawn++) {
        for (int curve : clusters.get(random.nextInt(clusters.size()))) {
          weight[curve]++;
        }
      }
      List<int[]> again = envelope.optima(weight);
      if (again.stream().map(point -> envelope.curves.get(point[1]).lnN).distinct().count() > 1) {
        return again;
      }
    }
    return optima;
  }

  private static List<int[]> clusters(List<Curve> curves) {
    Map<String, List<Integer>> clusters = new LinkedHashMap<>();
    for (int i = 0; i < curves.size(); i++) {
      clusters.computeIfAbsent(curves.get(i).cluster, name -> new ArrayList<>()).add(i);
    }
    return clusters.values().stream()
        .map(members -> members.stream().mapToInt(Integer::intValue).toArray())
        .toList();
  }

  /** Losses of all curves at all budgets, read once. */
  private static final class Envelope {
    private final List<Curve> curves;
    private final double[] lnC;
    private final double[][] lnL;

    Envelope(List<Curve> curves, int budgets) {
      if (curves.isEmpty()) {
        throw new IllegalArgumentException(
            "An envelope is drawn below training curves, but no run has two checkpoints.");
      }
      this.curves = curves;
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

    /** Budgets and the curve that is best there, where it is neither smallest nor largest. */
    List<int[]> optima(int[] weight) {
      List<int[]> optima = new ArrayList<>();
      for (int point = 0; point < lnC.length; point++) {
        int best = -1;
        double smallest = Double.POSITIVE_INFINITY;
        double largest = Double.NEGATIVE_INFINITY;
        for (int i = 0; i < weight.length; i++) {
          if (weight[i] > 0 && !Double.isNaN(lnL[point][i])) {
            best = best < 0 || lnL[point][i] < lnL[point][best] ? i : best;
            smallest = Math.min(smallest, curves.get(i).lnN);
            largest = Math.max(largest, curves.get(i).lnN);
          }
        }
        if (best >= 0 && smallest < curves.get(best).lnN && curves.get(best).lnN < largest) {
          optima.add(new int[] {point, best});
        }
      }
      return optima;
    }

    LogLinearLaw line(List<int[]> optima, boolean params) {
      double[] flops = optima.stream().mapToDouble(point -> Math.exp(lnC[point[0]])).toArray();
      double[] best =
          optima.stream()
              .mapToDouble(
                  point -> {
                    Curve curve = curves.get(point[1]);
                    return Math.exp(params ? curve.lnN : curve.at(curve.lnD, lnC[point[0]]));
                  })
              .toArray();
      return LogLinearLaw.fit(best, flops);
    }
  }
}
