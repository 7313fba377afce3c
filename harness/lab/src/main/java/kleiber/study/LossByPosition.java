package kleiber.study;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.ToDoubleFunction;
import java.util.stream.Stream;

/**
 * The losses of two recipes at each position of the window, at one size that both were run at.
 *
 * @param a what the first is called
 * @param ofA by seed the first's loss at each position, [T] nats
 * @param ofB the second's by the same seeds
 */
record LossByPosition(String a, SharedSize size, Map<Long, double[]> ofA, Map<Long, double[]> ofB) {
  /** Positions below which quarters of a window say nothing. */
  private static final int SHORTEST = 8;

  /**
   * At the sizes that two recipes share, where both were asked for it.
   *
   * @param positions by run id the losses at each position
   */
  static List<LossByPosition> of(
      TunedRecipe a, TunedRecipe b, List<SharedSize> sizes, Map<String, double[]> positions) {
    List<LossByPosition> all = new ArrayList<>();
    for (SharedSize size : sizes) {
      Map<Long, double[]> ofA = new TreeMap<>();
      Map<Long, double[]> ofB = new TreeMap<>();
      for (long seed : size.lossOfA().keySet()) {
        Optional<double[]> one = a.at(size.ofA(), seed).map(run -> positions.get(run.run().id()));
        Optional<double[]> other = b.at(size.ofB(), seed).map(run -> positions.get(run.run().id()));
        boolean alike =
            one.isPresent()
                && other.isPresent()
                && one.get().length == other.get().length
                && one.get().length >= SHORTEST
                && Stream.of(one.get(), other.get())
                    .flatMapToDouble(Arrays::stream)
                    .allMatch(loss -> loss > 0 && Double.isFinite(loss));
        if (alike) {
          ofA.put(seed, one.get());
          ofB.put(seed, other.get());
        }
      }
      if (!ofA.isEmpty()) {
        all.add(new LossByPosition(a.name(), size, ofA, ofB));
      }
    }
    return all;
  }

  /** T. */
  int window() {
    return ofA.values().iterator().next().length;
  }

  int seeds() {
    return ofA.size();
  }

  /** A value of every seed. */
  Collection<Double> bySeed(ToDoubleFunction<Long> value) {
    return ofA.keySet().stream().map(value::applyAsDouble).toList();
  }

  /** ln of the first's mean loss over positions {@code from} up to {@code to} over the second's. */
  double lnRatio(long seed, int from, int to) {
    return Math.log(mean(ofA.get(seed), from, to) / mean(ofB.get(seed), from, to));
  }

  double early(long seed) {
    return lnRatio(seed, 0, window() / 4);
  }

  double late(long seed) {
    return lnRatio(seed, window() - window() / 4, window());
  }

  /** How much further behind the first is over the last quarter than over the first. */
  double widening(long seed) {
    return late(seed) - early(seed);
  }

  /** Slope of ln(first / second) over the binary logarithm of the position, by least squares. */
  double slope(long seed) {
    double[] a_T = ofA.get(seed);
    double[] b_T = ofB.get(seed);
    double meanX = 0;
    double meanY = 0;
    for (int t = 0; t < a_T.length; t++) {
      meanX += log2(t + 1) / a_T.length;
      meanY += Math.log(a_T[t] / b_T[t]) / a_T.length;
    }
    double products = 0;
    double squares = 0;
    for (int t = 0; t < a_T.length; t++) {
      double x = log2(t + 1) - meanX;
      products += x * (Math.log(a_T[t] / b_T[t]) - meanY);
      squares += x * x;
    }
    return products / squares;
  }

  private static double log2(double value) {
    return Math.log(value) / Math.log(2);
  }

  /** How far the loss of the first, or of the second, falls from the second quarter to the last. */
  double fall(boolean first) {
    int quarter = window() / 4;
    return overSeeds(first, quarter, 2 * quarter) - overSeeds(first, window() - quarter, window());
  }

  /** Mean loss of the first, or of the second, over seeds and positions. */
  double overSeeds(boolean first, int from, int to) {
    return (first ? ofA : ofB)
        .values().stream().mapToDouble(losses -> mean(losses, from, to)).average().orElseThrow();
  }

  private static double mean(double[] losses, int from, int to) {
    return Arrays.stream(losses, from, to).average().orElseThrow();
  }

  /** The mean over seeds at each position of the first, or of the second. */
  List<StudyFigure.Point> line(boolean first) {
    List<StudyFigure.Point> points = new ArrayList<>();
    for (int t = 0; t < window(); t++) {
      points.add(StudyFigure.Point.of(t + 1, overSeeds(first, t, t + 1)));
    }
    return points;
  }
}
