package kleiber.study;

import static java.util.Collections.disjoint;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Branches of one trunk share a part of their noise: as many of them tell less than as many runs.
 */
final class Trunks {
  private Trunks() {}

  /** Of which the runs are branches; a run of its own is its own trunk. */
  static Set<String> of(Collection<FinalLoss> runs) {
    return runs.stream().map(run -> run.run().cluster()).collect(Collectors.toSet());
  }

  /** What is of several runs each, those together that have a trunk in common. */
  static <T> List<List<T>> together(List<T> all, Function<T, Set<String>> trunks) {
    List<List<T>> groups = new ArrayList<>();
    for (T one : all) {
      Set<String> its = trunks.apply(one);
      List<T> group = new ArrayList<>(List.of(one));
      groups.removeIf(
          other ->
              other.stream().anyMatch(each -> !disjoint(trunks.apply(each), its))
                  && group.addAll(other));
      groups.add(group);
    }
    return groups;
  }
}
