package kleiber.study;

import static java.util.stream.Collectors.averagingDouble;
import static java.util.stream.Collectors.groupingBy;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import kleiber.laws.Scale;
import kleiber.observe.Observations;
import kleiber.observe.Row;
import kleiber.run.StoredRun;

/**
 * The last losses of a recipe, and which of them were at the best rate of their size and length.
 *
 * @param tried those of all its runs, the smallest compute first
 * @param best those that count, by compute and then by seed
 */
record TunedRecipe(String name, List<FinalLoss> tried, List<FinalLoss> best) {
  /**
   * A size and length.
   *
   * @param tokens as planned, before they are rounded to whole steps
   * @param axes further ones of scale
   */
  record Size(double params, long tokens, Map<String, Double> axes) {
    static Size of(FinalLoss run) {
      return new Size(run.params(), run.run().spec().tokens(), run.axes());
    }
  }

  /**
   * The learning rates of one size and length.
   *
   * @param rates that were tried, ascending
   * @param best the one of the runs that count
   */
  record Range(double params, long tokens, List<Double> rates, double best) {
    /** Whether a lower rate and a higher one were both tried. */
    boolean inside() {
      return best > rates.getFirst() && best < rates.getLast();
    }

    String words() {
      if (rates.size() == 1) {
        return "the only one tried";
      }
      return inside()
          ? "inside"
          : best == rates.getFirst() ? "the lowest tried" : "the highest tried";
    }
  }

  TunedRecipe {
    tried = List.copyOf(tried);
    best = List.copyOf(best);
  }

  /**
   * The recipe of runs that were observed under a plan at best rates.
   *
   * @param runs its own
   */
  static TunedRecipe of(String name, Observations observations, List<StoredRun> runs) {
    Set<String> used =
        observations.rows().stream().filter(Row::isUsed).map(Row::run).collect(Collectors.toSet());
    List<FinalLoss> tried =
        FinalLoss.of(observations, runs).stream()
            .filter(run -> !run.run().probe())
            .sorted(Comparator.comparingDouble(FinalLoss::flops).thenComparingLong(FinalLoss::seed))
            .toList();
    return new TunedRecipe(
        name, tried, tried.stream().filter(run -> used.contains(run.run().id())).toList());
  }

  /** The rates of every size and length, the least compute first. */
  List<Range> ranges() {
    Map<Size, TreeSet<Double>> rates = new LinkedHashMap<>();
    for (FinalLoss run : tried) {
      rates.computeIfAbsent(Size.of(run), _ -> new TreeSet<>()).add(run.learningRate());
    }
    List<Range> ranges = new ArrayList<>();
    rates.forEach(
        (size, its) ->
            best.stream()
                .filter(run -> size.equals(Size.of(run)))
                .findFirst()
                .ifPresent(
                    run ->
                        ranges.add(
                            new Range(
                                size.params, size.tokens, List.copyOf(its), run.learningRate()))));
    return ranges;
  }

  /** How many rates were tried where a run lies. */
  int rates(FinalLoss run) {
    Size size = Size.of(run);
    return (int)
        tried.stream()
            .filter(its -> size.equals(Size.of(its)))
            .map(FinalLoss::learningRate)
            .distinct()
            .count();
  }

  /**
   * The run that counts at the size and length of a place, of a seed: with another batch it ends a
   * few tokens away.
   */
  Optional<FinalLoss> at(Scale place, long seed) {
    Optional<Size> size =
        best.stream().filter(run -> run.at().equals(place)).map(Size::of).findFirst();
    return best.stream()
        .filter(run -> size.equals(Optional.of(Size.of(run))))
        .filter(run -> run.seed() == seed)
        .findFirst();
  }

  /** The mean loss of the runs that count at one place, by seed. */
  static Map<Long, Double> bySeed(List<FinalLoss> runs) {
    return runs.stream()
        .collect(groupingBy(FinalLoss::seed, TreeMap::new, averagingDouble(FinalLoss::loss)));
  }
}
