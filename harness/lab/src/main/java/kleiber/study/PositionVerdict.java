package kleiber.study;

import java.util.Collection;
import java.util.List;
import java.util.Optional;
import kleiber.estimate.Estimate;
import kleiber.estimate.PooledNoise;
import kleiber.fit.Interval;
import kleiber.observe.Quantity;
import kleiber.study.StudyTable.Cell;

/**
 * Where in the window one recipe falls behind another. Kaplan et al. 2020 (arXiv:2001.08361),
 * section 3.2.1 and figure 7: a recurrent network keeps up with a transformer on early tokens and
 * falls behind on late ones. Intervals are by the noise from seed to seed of what they are of,
 * pooled over the sizes.
 *
 * @param a what the first is called
 * @param b what the second is called, which the first is held against
 * @param sizes that both were run at, the largest last
 */
record PositionVerdict(String a, String b, List<LossByPosition> sizes, double confidence) {
  /** What is asked of a seed at a size, in ln of the first's loss over the second's. */
  private interface Asked {
    double of(LossByPosition size, long seed);
  }

  private Estimate share(LossByPosition at, Asked asked) {
    List<List<Collection<Double>>> cells =
        Trunks.together(sizes, its -> its.size().trunks()).stream()
            .map(
                lengths ->
                    lengths.stream()
                        .map(size -> size.bySeed(seed -> asked.of(size, seed)))
                        .toList())
            .toList();
    return PooledNoise.ofClusters(cells)
        .mean(at.bySeed(seed -> asked.of(at, seed)), confidence)
        .expm1();
  }

  private Estimate part(LossByPosition at, int from, int to) {
    return share(at, (size, seed) -> size.lnRatio(seed, from, to));
  }

  /** Writes what the largest of the sizes says, and beside it what the others do. */
  void write(String unit, StudyDraft draft) {
    LossByPosition largest = sizes.getLast();
    sentences(largest, draft);
    draft.table(octaves(largest, unit));
    if (sizes.size() > 1) {
      draft.table(bySize());
    }
  }

  private void sentences(LossByPosition at, StudyDraft draft) {
    Estimate early = share(at, LossByPosition::early);
    Estimate late = share(at, LossByPosition::late);
    Estimate widening = share(at, LossByPosition::widening);
    Estimate slope = share(at, LossByPosition::slope);
    String over = "%s over %s".formatted(a, b);
    draft.sentence(
        "By position in the window of %d tokens (%s, %s) %s is %s over the first quarter and %s over the last: %s."
            .formatted(
                at.window(),
                at.size().place(),
                Wording.count(at.seeds(), "seed"),
                over,
                Wording.share(early),
                Wording.share(late),
                verdict(widening)));
    draft.sentence(
        "With each doubling of the position that difference changes by %s; from the second quarter of the window to the last the loss of %s %s nats, that of %s %s."
            .formatted(Wording.share(slope), a, falls(at.fall(true)), b, falls(at.fall(false))));
    draft
        .number(over + ", first quarter of the window", early, "share of the loss")
        .number(over + ", last quarter of the window", late, "share of the loss")
        .number(over + ", last quarter less first", widening, "share of the loss")
        .number(over + ", per doubling of the position", slope, "share of the loss");
    since(at, late.value() > 0).ifPresent(from -> draft.sentence(since(at, from, late)));
  }

  private static String falls(double fall) {
    return (fall < 0 ? "rises by " : "falls by ") + Quantity.within(Math.abs(fall), 0.001);
  }

  private String verdict(Estimate widening) {
    if (!Double.isFinite(widening.interval().high())) {
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

  private String since(LossByPosition at, int position, Estimate late) {
    String side = late.value() > 0 ? "behind" : "ahead";
    return position == 1
        ? "In every octave of the window %s is %s.".formatted(a, side)
        : "From position %d of %d on %s is %s in every octave."
            .formatted(position, at.window(), a, side);
  }

  /** The first position from which every octave lies on one side of equality, if there is. */
  private Optional<Integer> since(LossByPosition at, boolean above) {
    int end = at.window();
    Optional<Integer> since = Optional.empty();
    for (int from = Integer.highestOneBit(end); from >= 1; from /= 2) {
      Interval interval = part(at, from - 1, Math.min(2 * from - 1, end)).interval();
      if (above ? !(interval.low() > 0) : !(interval.high() < 0)) {
        return since;
      }
      since = Optional.of(from);
    }
    return since;
  }

  private StudyTable octaves(LossByPosition at, String unit) {
    StudyTable table =
        StudyTable.of(
            "%s over %s by position in the window, at %s, %s"
                .formatted(a, b, at.size().place(), unit),
            "Positions",
            "Loss of " + a,
            "Loss of " + b,
            "Difference",
            Quantity.percent(confidence) + " interval");
    for (int from = 1; from <= at.window(); from *= 2) {
      int to = Math.min(2 * from - 1, at.window());
      Estimate share = part(at, from - 1, to);
      double lossOfA = at.overSeeds(true, from - 1, to);
      double lossOfB = at.overSeeds(false, from - 1, to);
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

  private StudyTable bySize() {
    StudyTable table =
        StudyTable.of(
            "%s over %s early and late in the window, by size; intervals by the noise between seeds of all sizes"
                .formatted(a, b),
            "N",
            "D",
            "Seeds",
            "First quarter",
            "Last quarter",
            "Last less first",
            Quantity.percent(confidence) + " interval");
    for (LossByPosition at : sizes) {
      Estimate early = share(at, LossByPosition::early);
      Estimate late = share(at, LossByPosition::late);
      Estimate widening = share(at, LossByPosition::widening);
      table =
          table.row(
              Cell.of(Quantity.count(at.size().ofA().params()), at.size().ofA().params()),
              Cell.of(Quantity.count(at.size().ofA().tokens()), at.size().ofA().tokens()),
              Cell.of(Integer.toString(at.seeds()), at.seeds()),
              Cell.of(Quantity.percent(early.value()), early.value()),
              Cell.of(Quantity.percent(late.value()), late.value()),
              Cell.of(Quantity.percent(widening.value()), widening.value()),
              Cell.of(Intervals.shares(widening.interval())));
    }
    return table;
  }
}
