package kleiber.report;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import kleiber.observe.Exclusion;

/**
 * What is neither fitted nor foretold, by reason, in the order in which reasons come up.
 *
 * @param runs of which nothing is used
 * @param losses of runs that are otherwise used
 */
record LeftOut(Map<String, List<Exclusion>> runs, Map<String, List<Exclusion>> losses) {
  static LeftOut of(List<Exclusion> exclusions) {
    return new LeftOut(byReason(exclusions, true), byReason(exclusions, false));
  }

  private static Map<String, List<Exclusion>> byReason(
      List<Exclusion> exclusions, boolean wholeRun) {
    return exclusions.stream()
        .filter(out -> out.wholeRun() == wholeRun)
        .collect(Collectors.groupingBy(Exclusion::reason, LinkedHashMap::new, Collectors.toList()));
  }

  /** How many runs for how many reasons, and where to find all of it. */
  String opening() {
    int all = runs.values().stream().mapToInt(List::size).sum();
    if (all == 0) {
      return "Every run of the experiment is used.";
    }
    return "%s neither fitted nor foretold, for %s. observations.csv has each loss of theirs with the reason."
        .formatted(
            all == 1 ? "1 run is" : all + " runs are",
            runs.size() == 1 ? "one reason" : runs.size() + " reasons");
  }

  /** {@code 42 runs: why}; of a single run {@code run 3f858f635714a481: why}. */
  static String heading(String reason, List<Exclusion> outs) {
    return outs.size() == 1
        ? "run %s: %s".formatted(outs.getFirst().run(), reason)
        : "%d runs: %s".formatted(outs.size(), reason);
  }

  /** The same as Markdown, every run named. */
  String text() {
    StringBuilder text = new StringBuilder();
    text.append(opening()).append('\n');
    if (!runs.isEmpty() || !losses.isEmpty()) {
      text.append('\n');
    }
    runs.forEach(
        (reason, outs) -> {
          text.append("- ").append(heading(reason, outs));
          if (outs.size() > 1) {
            text.append(
                outs.stream().map(Exclusion::run).collect(Collectors.joining(", ", " (", ")")));
          }
          text.append('\n');
        });
    losses.forEach(
        (reason, outs) ->
            text.append(
                "- %d losses of %d runs: %s\n"
                    .formatted(
                        outs.stream().mapToInt(Exclusion::rows).sum(), outs.size(), reason)));
    return text.toString();
  }
}
