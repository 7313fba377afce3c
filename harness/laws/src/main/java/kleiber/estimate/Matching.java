package kleiber.estimate;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import kleiber.laws.Observation;
import kleiber.laws.Scale;

/**
 * Which run of one recipe stands beside which of another: of as many tokens and about as many
 * parameters, and the k-th of such runs beside the k-th, so that seeds in the same order meet. Runs
 * that were begun alike have noise in common, which a difference between them does not contain.
 *
 * @param pairs runs that have a partner, the first recipe's first: each with all its rows
 * @param left runs of either recipe that have none
 */
record Matching(List<Two> pairs, int left) {
  /** A cluster of each recipe, with the same rows. */
  record Two(List<Observation> a, List<Observation> b) {}

  Matching {
    pairs = List.copyOf(pairs);
  }

  static Matching of(List<Observation> a, List<Observation> b) {
    Likeness likeness = Likeness.of(scales(a), scales(b));
    List<List<Observation>> others = new ArrayList<>(clusters(b));
    List<Two> pairs = new ArrayList<>();
    int left = 0;
    for (List<Observation> cluster : clusters(a)) {
      Optional<List<Observation>> partner =
          others.stream().filter(other -> alike(cluster, other, likeness)).findFirst();
      if (partner.isPresent()) {
        others.remove(partner.get());
        pairs.add(new Two(cluster, partner.get()));
      } else {
        left++;
      }
    }
    return new Matching(pairs, left + others.size());
  }

  /** Whether so few runs lack a partner that the pairs alone tell more than all runs unpaired. */
  boolean pays() {
    return left <= pairs.size();
  }

  /** Rows of the first recipe, in the order of the pairs. */
  List<Observation> rowsOfA() {
    return pairs.stream().flatMap(two -> two.a().stream()).toList();
  }

  /** Rows of the second recipe, each in the place of its partner. */
  List<Observation> rowsOfB() {
    return pairs.stream().flatMap(two -> two.b().stream()).toList();
  }

  private static boolean alike(List<Observation> a, List<Observation> b, Likeness likeness) {
    if (a.size() != b.size()) {
      return false;
    }
    for (int row = 0; row < a.size(); row++) {
      if (!likeness.holds(a.get(row).at(), b.get(row).at())) {
        return false;
      }
    }
    return true;
  }

  private static List<Scale> scales(List<Observation> rows) {
    return rows.stream().map(Observation::at).toList();
  }

  private static List<List<Observation>> clusters(List<Observation> rows) {
    return rows.stream()
        .collect(
            Collectors.groupingBy(Observation::cluster, LinkedHashMap::new, Collectors.toList()))
        .values()
        .stream()
        .toList();
  }
}
