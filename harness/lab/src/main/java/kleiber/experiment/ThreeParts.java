package kleiber.experiment;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import kleiber.laws.Observation;

/**
 * The rows of a contest by compute: the small runs to fit, the larger to choose by, the largest to
 * score with. Whole clusters only; a fifth of them each to choose and to score, and no fewer than
 * four to score where there are twelve or more. Clusters of equal compute, such as the seeds of one
 * cell, are never in two parts: a part takes in all that equal its smallest.
 *
 * @param fit three fifths, or what the others leave
 * @param choose one fifth or more
 * @param score one fifth or more
 */
public record ThreeParts(List<Observation> fit, List<Observation> choose, List<Observation> score) {
  private static final int PARTS = 5;
  private static final int ENOUGH_TO_SCORE = 4;
  private static final int FEWEST_CLUSTERS = 5;

  public ThreeParts {
    fit = List.copyOf(fit);
    choose = List.copyOf(choose);
    score = List.copyOf(score);
  }

  /**
   * @throws UserException when there are fewer than five clusters, or too few different computes
   */
  public static ThreeParts of(List<Observation> rows) {
    Map<String, Double> largest = new LinkedHashMap<>();
    rows.forEach(row -> largest.merge(row.cluster(), row.at().flops(), Math::max));
    List<String> clusters = new ArrayList<>(largest.keySet());
    if (clusters.size() < FEWEST_CLUSTERS) {
      throw new UserException(
          "a contest needs runs to fit, to choose and to score: at least %d, but there are %d"
              .formatted(FEWEST_CLUSTERS, clusters.size()));
    }
    clusters.sort(Comparator.comparingDouble(largest::get).reversed());
    int part = clusters.size() / PARTS;
    if (clusters.size() >= 3 * ENOUGH_TO_SCORE) {
      part = Math.max(part, ENOUGH_TO_SCORE);
    }
    Map<String, Integer> place = new LinkedHashMap<>();
    for (int i = 0; i < clusters.size(); i++) {
      place.put(clusters.get(i), i);
    }
    List<Double> flops = clusters.stream().map(largest::get).toList();
    int score = boundary(flops, part);
    int choose = boundary(flops, score + part);
    if (choose == clusters.size()) {
      throw new UserException(
          "a contest needs runs to fit, to choose and to score, smaller ones for each: the %d runs have %d different computes, too few to part them by"
              .formatted(clusters.size(), flops.stream().distinct().count()));
    }
    return new ThreeParts(
        rows.stream().filter(row -> place.get(row.cluster()) >= choose).toList(),
        rows.stream()
            .filter(row -> place.get(row.cluster()) >= score && place.get(row.cluster()) < choose)
            .toList(),
        rows.stream().filter(row -> place.get(row.cluster()) < score).toList());
  }

  /** The first place at or after one where the compute is another than before it. */
  private static int boundary(List<Double> descending, int from) {
    int at = Math.min(from, descending.size());
    while (at < descending.size() && descending.get(at).equals(descending.get(at - 1))) {
      at++;
    }
    return at;
  }
}
