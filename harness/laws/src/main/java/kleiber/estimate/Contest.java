package kleiber.estimate;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeSet;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;
import kleiber.laws.Observation;
import kleiber.laws.Scale;

/**
 * Ranks ways to foretell a loss on three parts of the data. All learn from the first, the error on
 * the second orders them, and the third, which chose nothing, says how large the winner's error is
 * and whether an order is real: a place counts only where, with the third part's clusters drawn
 * anew for both at once, the one beats the next in at least nine draws of ten; else they are tied.
 *
 * <p>An error is the mean over clusters of the mean |predicted − measured| / measured of a cluster,
 * so that the checkpoints of one run are one case. The plain power law always takes part.
 *
 * @param baseline the plain power law, {@link Contestant#powerLaw}
 * @param draws of the paired bootstrap
 * @param seed of the draws
 */
public record Contest(Contestant baseline, int draws, long seed) {
  /** Share of the draws that tells one from the next. */
  private static final double SEPARATED = 0.9;

  /** Fewer clusters than this all lean one way by chance more often than one time in ten. */
  private static final int FEWEST = 4;

  public Contest {
    Objects.requireNonNull(baseline, "baseline");
    Draws.requireEnough(draws);
  }

  /**
   * One contestant's place.
   *
   * @param rank 1 for the best; equal for those that are tied
   * @param chooseError on the part that orders; infinite when it could not be fitted
   * @param aheadOfNext share of the draws in which it beats the one below it; NaN for the last
   * @param failure why it could not be fitted; empty when it was
   */
  public record Standing(
      String name, int rank, double chooseError, double aheadOfNext, String failure) {}

  /**
   * What a contest found.
   *
   * @param standings best first
   * @param winnerError of the first, on the part that chose nothing
   * @param baselineError of the plain power law there
   * @param isTied whether the first is not told from the second
   * @param sentence for a reader
   */
  public record Result(
      List<Standing> standings,
      double winnerError,
      double baselineError,
      boolean isTied,
      String sentence) {
    public Result {
      standings = List.copyOf(standings);
    }
  }

  private record Entry(
      String name, double chooseError, Map<String, Double> scoreErrors, String failure) {
    double scoreError() {
      return mean(scoreErrors);
    }
  }

  /**
   * @param fit rows that all learn from
   * @param choose rows that order them
   * @param score rows that only score
   * @throws IllegalArgumentException when a part is empty, when two parts share a cluster, when two
   *     contestants share a name, or when the baseline cannot be fitted
   */
  public Result run(
      List<Contestant> contestants,
      List<Observation> fit,
      List<Observation> choose,
      List<Observation> score) {
    checkParts(fit, choose, score);
    Map<String, Contestant> all = new LinkedHashMap<>();
    for (Contestant contestant : contestants) {
      if (all.put(contestant.name(), contestant) != null) {
        throw new IllegalArgumentException(
            "Two contestants are named '" + contestant.name() + "'; names tell them apart.");
      }
    }
    all.put(baseline.name(), baseline);
    List<Entry> entries =
        all.values().stream()
            .map(contestant -> entry(contestant, fit, choose, score))
            .sorted(Comparator.comparingDouble(Entry::chooseError))
            .toList();
    Entry plain =
        entries.stream().filter(entry -> entry.name.equals(baseline.name())).findFirst().get();
    if (!plain.failure.isEmpty()) {
      throw new IllegalArgumentException("The baseline cannot be fitted: " + plain.failure);
    }
    List<Standing> standings = new ArrayList<>();
    int rank = 1;
    for (int i = 0; i < entries.size(); i++) {
      Entry entry = entries.get(i);
      double ahead = i + 1 < entries.size() ? ahead(entry, entries.get(i + 1)) : Double.NaN;
      standings.add(new Standing(entry.name, rank, entry.chooseError, ahead, entry.failure));
      rank = ahead >= SEPARATED ? i + 2 : rank;
    }
    Entry winner = entries.get(0);
    boolean tied = entries.size() > 1 && standings.get(1).rank() == 1;
    return new Result(
        standings,
        winner.scoreError(),
        plain.scoreError(),
        tied,
        sentence(entries, standings, tied, plain));
  }

  private static Entry entry(
      Contestant contestant,
      List<Observation> fit,
      List<Observation> choose,
      List<Observation> score) {
    try {
      ToDoubleFunction<Scale> law = contestant.fit(fit);
      Map<String, Double> chooseErrors = errors(law, choose);
      return new Entry(contestant.name(), mean(chooseErrors), errors(law, score), "");
    } catch (IllegalArgumentException e) {
      return new Entry(
          contestant.name(), Double.POSITIVE_INFINITY, Map.of(), String.valueOf(e.getMessage()));
    }
  }

  private static Map<String, Double> errors(ToDoubleFunction<Scale> law, List<Observation> rows) {
    return rows.stream()
        .collect(
            Collectors.groupingBy(
                Observation::cluster,
                LinkedHashMap::new,
                Collectors.averagingDouble(row -> error(law, row))));
  }

  private static double error(ToDoubleFunction<Scale> law, Observation row) {
    double error = Math.abs(law.applyAsDouble(row.at()) / row.loss() - 1);
    return Double.isNaN(error) ? Double.POSITIVE_INFINITY : error;
  }

  private static double mean(Map<String, Double> errors) {
    return errors.values().stream()
        .mapToDouble(error -> error)
        .average()
        .orElse(Double.POSITIVE_INFINITY);
  }

  /** Share of the draws of clusters in which one's error is below the other's; ties count half. */
  private double ahead(Entry one, Entry other) {
    if (!other.failure.isEmpty()) {
      return one.failure.isEmpty() ? 1 : 0;
    }
    double[] difference =
        one.scoreErrors.keySet().stream()
            .mapToDouble(cluster -> one.scoreErrors.get(cluster) - other.scoreErrors.get(cluster))
            .toArray();
    if (difference.length < FEWEST) {
      return Double.NaN;
    }
    SplittableRandom random = new SplittableRandom(seed);
    double ahead = 0;
    for (int draw = 0; draw < draws; draw++) {
      double sum = 0;
      for (int k = 0; k < difference.length; k++) {
        sum += difference[random.nextInt(difference.length)];
      }
      ahead += sum < 0 ? 1 : sum == 0 ? 0.5 : 0;
    }
    return ahead / draws;
  }

  private static String sentence(
      List<Entry> entries, List<Standing> standings, boolean tied, Entry plain) {
    Entry winner = entries.get(0);
    String scored =
        String.format(
            Locale.ROOT,
            "on the %d clusters that chose nothing its error is %.3g %%, that of the plain power"
                + " law %.3g %%.",
            winner.scoreErrors.size(),
            100 * winner.scoreError(),
            100 * plain.scoreError());
    if (entries.size() == 1) {
      return winner.name + " alone took part; " + scored;
    }
    double ahead = standings.get(0).aheadOfNext();
    if (!tied) {
      return String.format(
          Locale.ROOT,
          "%s is first, ahead of %s in %.0f %% of the paired draws; %s",
          winner.name,
          entries.get(1).name,
          100 * ahead,
          scored);
    }
    String among =
        standings.stream()
            .filter(standing -> standing.rank() == 1)
            .map(Standing::name)
            .collect(Collectors.joining(", "));
    String why =
        Double.isNaN(ahead)
            ? "fewer than " + FEWEST + " clusters were left to score"
            : String.format(
                Locale.ROOT, "the first is ahead in %.0f %% of the paired draws", 100 * ahead);
    return String.format(Locale.ROOT, "Tied: %s (%s). Of %s: %s", among, why, winner.name, scored);
  }

  private static void checkParts(
      List<Observation> fit, List<Observation> choose, List<Observation> score) {
    Map<String, List<Observation>> parts = new LinkedHashMap<>();
    parts.put("fit", fit);
    parts.put("choose", choose);
    parts.put("score", score);
    Map<String, String> seen = new LinkedHashMap<>();
    parts.forEach(
        (name, rows) -> {
          if (rows.isEmpty()) {
            throw new IllegalArgumentException(
                "The part to "
                    + name
                    + " is empty; a contest needs rows to fit, to choose and to score.");
          }
          Set<String> clusters = new TreeSet<>();
          rows.forEach(row -> clusters.add(row.cluster()));
          for (String cluster : clusters) {
            String other = seen.put(cluster, name);
            if (other != null) {
              throw new IllegalArgumentException(
                  "Cluster '"
                      + cluster
                      + "' has rows in the part to "
                      + other
                      + " and in the part to "
                      + name
                      + "; keep each run and its branches in one part.");
            }
          }
        });
  }
}
