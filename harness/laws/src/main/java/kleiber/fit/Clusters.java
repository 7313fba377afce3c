package kleiber.fit;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import kleiber.laws.Observation;

/** Rows that belong together. */
final class Clusters {
  private Clusters() {}

  /** The indices of the rows of each cluster, in order of appearance. */
  static List<int[]> of(List<Observation> observations, Function<Observation, ?> key) {
    Map<Object, List<Integer>> rows = new LinkedHashMap<>();
    for (int i = 0; i < observations.size(); i++) {
      rows.computeIfAbsent(key.apply(observations.get(i)), any -> new ArrayList<>()).add(i);
    }
    return rows.values().stream()
        .map(cluster -> cluster.stream().mapToInt(Integer::intValue).toArray())
        .toList();
  }
}
