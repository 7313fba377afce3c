package kleiber.experiment;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import kleiber.laws.LossFromLoss;

/**
 * The loss on one text from the loss on another, for pairs of losses that each have a law of their
 * own: of the same runs on two held-out sets (test-to-test), or of runs of two corpora that are
 * alike in N, D and seed, each on a set of its own (train-to-train).
 *
 * @param pairs by name
 */
public record LossToLoss(Map<String, Pair> pairs) implements StudyPlan {
  /** Pairs of runs without which nothing is left to measure the noise with. */
  public static final int LEAST_PAIRS = new LossFromLoss().parameters().size() + 1;

  /**
   * Losses of some runs.
   *
   * @param heldOut name of the held-out set that they are on
   * @param where the runs: values of settings by their paths, such as {@code corpus.type}; all of
   *     the grid when absent
   */
  public record Side(String heldOut, Optional<Map<String, String>> where) {
    public Side {
      where = where.map(Map::copyOf);
    }

    /** Which runs they are. */
    public SettingsFilter filter() {
      return new SettingsFilter(where.orElse(Map.of()));
    }

    /** How the experiment's plan reads them: the last losses, at the best rates. */
    public FitPlan plan(FitPlan fit) {
      return fit.of(FitPlan.Selection.LAST).of(filter()).on(heldOut);
    }

    /** {@code the loss on “code” of runs with corpus.part code}. */
    public String words() {
      return "the loss on “%s” of %s"
          .formatted(heldOut, where.isEmpty() ? "all runs" : "runs with " + filter().words());
    }

    private void check(List<Run> cells) {
      List<Run> runs = filter().of(cells);
      for (Run run : runs) {
        if (!run.spec().lossNames().contains(heldOut)) {
          throw new IllegalArgumentException(
              "unknown held-out set '%s'; %s"
                  .formatted(heldOut, Names.known(heldOut, run.spec().lossNames())));
        }
      }
      long texts = runs.stream().map(run -> LossPair.measure(run, heldOut)).distinct().count();
      if (texts > 1) {
        throw new IllegalArgumentException(
            "'%s' is %d different texts or predictions among its runs: give the held-out set a corpus of its own, or name runs of one by where"
                .formatted(heldOut, texts));
      }
    }
  }

  /**
   * What is foretold, and from what.
   *
   * @param from the losses that are known
   * @param to the losses that are foretold from them
   */
  public record Pair(Side from, Side to) {
    public Pair {
      if (from.equals(to)) {
        throw new IllegalArgumentException(
            "from and to are the same losses: give them two held-out sets, or runs of two corpora"
                + " by where");
      }
    }

    /** Whether both losses are of the same run. */
    public boolean ofSameRuns() {
      return from.filter().equals(to.filter());
    }
  }

  public LossToLoss {
    pairs = Collections.unmodifiableMap(new LinkedHashMap<>(pairs));
    if (pairs.isEmpty()) {
      throw new IllegalArgumentException("pairs is empty: name at least one from and to");
    }
  }

  /** Refuses losses that are not there or not alone, and too few pairs of them. */
  @Override
  public void check(PlannedGrid grid) {
    pairs.forEach(
        (name, pair) -> {
          side(name + ".from", pair.from, grid);
          side(name + ".to", pair.to, grid);
          try {
            enough(pair, grid);
          } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("pairs.%s: %s".formatted(name, e.getMessage()), e);
          }
        });
  }

  private static void side(String name, Side side, PlannedGrid grid) {
    try {
      side.check(grid.cells());
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("pairs.%s: %s".formatted(name, e.getMessage()), e);
    }
  }

  private static void enough(Pair pair, PlannedGrid grid) {
    List<LossPair> planned = planned(pair, grid);
    long heldOut = planned.stream().filter(its -> its.heldOut(grid.fit().holdOut())).count();
    long fitted = planned.size() - heldOut;
    if (fitted < LEAST_PAIRS || heldOut == 0) {
      throw new IllegalArgumentException(
          "it takes %d %s that are fitted, one more than LossFromLoss has parameters, and one that is held out; the grid has %d and %d"
              .formatted(
                  LEAST_PAIRS,
                  pair.ofSameRuns() ? "runs" : "pairs of runs alike in N, D and seed",
                  fitted,
                  heldOut));
    }
  }

  private static List<LossPair> planned(Pair pair, PlannedGrid grid) {
    PlannedGrid from = grid.under(pair.from.plan(grid.fit()));
    LossPair.refuseTwins(from.scales());
    if (pair.ofSameRuns()) {
      return from.ends().stream().map(end -> new LossPair(end, end)).toList();
    }
    PlannedGrid to = grid.under(pair.to.plan(grid.fit()));
    LossPair.refuseTwins(to.scales());
    return LossPair.alike(from.ends(), to.ends(), grid.runs());
  }
}
