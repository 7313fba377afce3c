package kleiber.study;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import kleiber.estimate.Estimate;
import kleiber.estimate.PairedDifferences;
import kleiber.fit.Interval;
import kleiber.observe.Quantity;
import kleiber.study.StudyTable.Cell;

/**
 * Where in the window one recipe falls behind another, at one size that both were run at. Kaplan et
 * al. 2020 (arXiv:2001.08361), section 3.2.1 and figure 7: a recurrent network keeps up with a
 * transformer on early tokens and falls behind on late ones.
 *
 * @param a what the first is called
 * @param b what the second is called
 * @param ofA by seed the first's loss at each position, [T] nats
 * @param ofB the second's by the same seeds
 */
record LossByPosition(
    String a, String b, SharedSize size, Map<Long, double[]> ofA, Map<Long, double[]> ofB) {
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
        all.add(new LossByPosition(a.name(), b.name(), size, ofA, ofB));
      }
    }
    return all;
  }

  /** Writes what the largest of the sizes says, and beside it what the others do. */
  static void write(List<LossByPosition> sizes, String unit, double confidence, StudyDraft draft) {
    LossByPosition largest = sizes.getLast();
    largest.write(confidence, draft);
    draft.table(largest.octaves(unit, confidence));
    if (sizes.size() > 1) {
      draft.table(bySize(sizes, confidence));
    }
  }

  /** T. */
  private int window() {
    return ofA.values().iterator().next().length;
  }

  private void write(double confidence, StudyDraft draft) {
    Estimate early = early(confidence);
    Estimate late = late(confidence);
    Estimate widening = widening(confidence);
    String over = "%s over %s".formatted(a, b);
    draft.sentence(
        "By position in the window of %d tokens (%s, %s) %s is %s over the first quarter and %s over the last: %s."
            .formatted(
                window(),
                size.place(),
                Wording.count(ofA.size(), "seed"),
                over,
                Wording.share(early),
                Wording.share(late),
                verdict(widening)));
    Estimate slope = mean(this::slope, confidence).expm1();
    draft.sentence(
        "With each doubling of the position that difference changes by %s; from the second quarter of the window to the last the loss of %s %s nats, that of %s %s."
            .formatted(Wording.share(slope), a, falls(ofA), b, falls(ofB)));
    draft
        .number(over + ", first quarter of the window", early, "share of the loss")
        .number(over + ", last quarter of the window", late, "share of the loss")
        .number(over + ", last quarter less first", widening, "share of the loss")
        .number(over + ", per doubling of the position", slope, "share of the loss");
    since(confidence).ifPresent(position -> draft.sentence(since(position, late)));
  }

  private String falls(Map<Long, double[]> bySeed) {
    double fall = fall(bySeed);
    return (fall < 0 ? "rises by " : "falls by ") + Quantity.within(Math.abs(fall), 0.001);
  }

  private String verdict(Estimate widening) {
    if (ofA.size() == 1) {
      return "a single seed does not tell a change along the window from noise";
    }
    String by = Wording.share(widening);
    if (widening.interval().holds(0)) {
      return "no change along the window is known, %s".formatted(by);
    }
    return widening.value() > 0
        ? "%s loses ground to %s along the window, by %s".formatted(a, b, by)
        : "%s gains ground on %s along the window, by %s".formatted(a, b, by);
  }

  private String since(int position, Estimate late) {
    String side = late.value() > 0 ? "behind" : "ahead";
    return position == 1
        ? "In every octave of the window %s is %s.".formatted(a, side)
        : "From position %d of %d on %s is %s in every octave."
            .formatted(position, window(), a, side);
  }

  /** The first position from which every octave lies on one side of equality, if there is. */
  private Optional<Integer> since(double confidence) {
    int end = window();
    Optional<Integer> since = Optional.empty();
    boolean above = late(confidence).value() > 0;
    for (int from = Integer.highestOneBit(end); from >= 1; from /= 2) {
      Interval interval = part(from - 1, Math.min(2 * from - 1, end), confidence).interval();
      if (above ? !(interval.low() > 0) : !(interval.high() < 0)) {
        return since;
      }
      since = Optional.of(from);
    }
    return since;
  }

  private Estimate early(double confidence) {
    return part(0, window() / 4, confidence);
  }

  private Estimate late(double confidence) {
    return part(window() - window() / 4, window(), confidence);
  }

  /** How much further behind the first is over the last quarter than over the first. */
  private Estimate widening(double confidence) {
    int quarter = window() / 4;
    return mean(
            seed -> lnRatio(seed, window() - quarter, window()) - lnRatio(seed, 0, quarter),
            confidence)
        .expm1();
  }

  private Estimate part(int from, int to, double confidence) {
    return mean(seed -> lnRatio(seed, from, to), confidence).expm1();
  }

  private Estimate mean(ToDoubleFunction<Long> of, double confidence) {
    return Wording.estimate(
        PairedDifferences.of(
            ofA.keySet().stream()
                .collect(
                    Collectors.toMap(
                        seed -> "seed " + seed, seed -> List.of(of.applyAsDouble(seed)))),
            confidence));
  }

  /** ln of the first's mean loss over positions {@code from} up to {@code to} over the second's. */
  private double lnRatio(long seed, int from, int to) {
    return Math.log(mean(ofA.get(seed), from, to) / mean(ofB.get(seed), from, to));
  }

  /** Slope of ln(first / second) over the binary logarithm of the position, by least squares. */
  private double slope(long seed) {
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

  private double fall(Map<Long, double[]> bySeed) {
    int quarter = window() / 4;
    return bySeed.values().stream()
        .mapToDouble(
            losses ->
                mean(losses, quarter, 2 * quarter) - mean(losses, window() - quarter, window()))
        .average()
        .orElseThrow();
  }

  private static double mean(double[] losses, int from, int to) {
    double sum = 0;
    for (int t = from; t < to; t++) {
      sum += losses[t];
    }
    return sum / (to - from);
  }

  private double overSeeds(Map<Long, double[]> bySeed, int from, int to) {
    return bySeed.values().stream()
        .mapToDouble(losses -> mean(losses, from, to))
        .average()
        .orElseThrow();
  }

  private StudyTable octaves(String unit, double confidence) {
    StudyTable table =
        StudyTable.of(
            "%s over %s by position in the window, at %s, %s".formatted(a, b, size.place(), unit),
            "Positions",
            "Loss of " + a,
            "Loss of " + b,
            "Difference",
            Quantity.percent(confidence) + " interval");
    for (int from = 1; from <= window(); from *= 2) {
      int to = Math.min(2 * from - 1, window());
      Estimate share = part(from - 1, to, confidence);
      double lossOfA = overSeeds(ofA, from - 1, to);
      double lossOfB = overSeeds(ofB, from - 1, to);
      table =
          table.row(
              Cell.of(from == to ? "" + from : from + "–" + to, from),
              Cell.of(Quantity.within(lossOfA, 0.001), lossOfA),
              Cell.of(Quantity.within(lossOfB, 0.001), lossOfB),
              Cell.of(Quantity.percent(share.value()), share.value()),
              Cell.of(Intervals.shares(share.interval())));
    }
    return table;
  }

  private static StudyTable bySize(List<LossByPosition> sizes, double confidence) {
    StudyTable table =
        StudyTable.of(
            "%s over %s early and late in the window, by size"
                .formatted(sizes.getFirst().a, sizes.getFirst().b),
            "N",
            "D",
            "Seeds",
            "First quarter",
            "Last quarter",
            "Last less first",
            Quantity.percent(confidence) + " interval");
    for (LossByPosition at : sizes) {
      Estimate early = at.early(confidence);
      Estimate late = at.late(confidence);
      Estimate widening = at.widening(confidence);
      table =
          table.row(
              Cell.of(Quantity.count(at.size.ofA().params()), at.size.ofA().params()),
              Cell.of(Quantity.count(at.size.ofA().tokens()), at.size.ofA().tokens()),
              Cell.of(Integer.toString(at.ofA.size()), at.ofA.size()),
              Cell.of(Quantity.percent(early.value()), early.value()),
              Cell.of(Quantity.percent(late.value()), late.value()),
              Cell.of(Quantity.percent(widening.value()), widening.value()),
              Cell.of(Intervals.shares(widening.interval())));
    }
    return table;
  }

  /** The mean over seeds at each position of the first, or of the second. */
  List<StudyFigure.Point> line(boolean first) {
    List<StudyFigure.Point> points = new ArrayList<>();
    for (int t = 0; t < window(); t++) {
      points.add(StudyFigure.Point.of(t + 1, overSeeds(first ? ofA : ofB, t, t + 1)));
    }
    return points;
  }
}
