package kleiber.estimate;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import kleiber.laws.Observation;

/**
 * Runs at the best of the learning rates and batch sizes that were tried at their size and length.
 * Recipes are compared each at its own best: one rate for both favours the recipe that it happens
 * to suit, and moves exponents more than most recipes do (Porian et al. 2024, arXiv:2406.19146).
 *
 * @param rows of the runs at the best rate and batch, in the order in which they were given
 * @param others runs at others, which are left out
 */
public record TunedRuns(List<Observation> rows, int others) {
  /** The same length, but for rounding to whole steps of different batches. */
  private static final double TOKENS = 1e-3;

  /** Where a rate was tried: N, the run's last D, and further axes of scale. */
  private record Cell(double params, double tokens, Map<String, Double> extra) {}

  /**
   * What was tried there.
   *
   * @param batch tokens of a step
   */
  private record Setting(double rate, double batch) {
    static Setting of(Observation last) {
      return new Setting(last.schedule().peak(), Math.rint(last.at().tokens() / last.step()));
    }
  }

  /**
   * What a run was chosen among that counts.
   *
   * @param settings rates and batches that were tried at its size and length
   * @param batches whether batches were tried beside rates
   * @param runs that had the best of them, such as one for every seed
   */
  public record Choice(int settings, boolean batches, int runs) {}

  public TunedRuns {
    rows = List.copyOf(rows);
  }

  /**
   * Chooses, in every cell of N and D, the rate and batch with the lowest loss at the end, averaged
   * over the runs that had both. All rows are kept when it is not known which rate they had.
   */
  public static TunedRuns of(List<Observation> rows) {
    if (rows.stream().anyMatch(row -> row.schedule() == null)) {
      return new TunedRuns(rows, 0);
    }
    Set<String> runs = rows.stream().map(Observation::run).collect(Collectors.toSet());
    Set<String> best = new HashSet<>();
    for (Map<Setting, List<Observation>> tried : cells(rows)) {
      lowest(tried).forEach(row -> best.add(row.run()));
    }
    return new TunedRuns(
        rows.stream().filter(row -> best.contains(row.run())).toList(), runs.size() - best.size());
  }

  /** What was tried where one of these runs lies; empty where it is not known which rate it had. */
  public static Optional<Choice> choice(List<Observation> rows, String run) {
    if (rows.stream().anyMatch(row -> row.schedule() == null)) {
      return Optional.empty();
    }
    return cells(rows).stream()
        .filter(
            tried ->
                tried.values().stream()
                    .flatMap(List::stream)
                    .anyMatch(row -> row.run().equals(run)))
        .findFirst()
        .map(
            tried ->
                new Choice(
                    tried.size(),
                    tried.keySet().stream().map(Setting::batch).distinct().count() > 1,
                    lowest(tried).size()));
  }

  private static List<Observation> lowest(Map<Setting, List<Observation>> tried) {
    return tried.values().stream().min(Comparator.comparingDouble(TunedRuns::mean)).orElseThrow();
  }

  /** The last rows of all runs by where they lie and what was tried there. */
  private static Collection<? extends Map<Setting, List<Observation>>> cells(
      List<Observation> rows) {
    Map<String, Observation> last = new LinkedHashMap<>();
    for (Observation row : rows) {
      last.merge(row.run(), row, (old, now) -> now.at().tokens() >= old.at().tokens() ? now : old);
    }
    List<Double> lengths = new ArrayList<>();
    return last.values().stream()
        .collect(
            Collectors.groupingBy(
                row ->
                    new Cell(
                        row.at().params(),
                        known(row.at().tokens(), lengths),
                        known(row.at().extra(), lengths)),
                Collectors.groupingBy(Setting::of, LinkedHashMap::new, Collectors.toList())))
        .values();
  }

  /** Tokens, or what is much the same of those that were asked for before. */
  private static double known(double tokens, List<Double> before) {
    for (double length : before) {
      if (Math.abs(Math.log(tokens / length)) <= TOKENS) {
        return length;
      }
    }
    before.add(tokens);
    return tokens;
  }

  private static Map<String, Double> known(Map<String, Double> axes, List<Double> before) {
    return axes.entrySet().stream()
        .collect(Collectors.toMap(Map.Entry::getKey, axis -> known(axis.getValue(), before)));
  }

  private static double mean(List<Observation> rows) {
    return rows.stream().mapToDouble(Observation::loss).average().orElseThrow();
  }
}
