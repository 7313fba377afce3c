package kleiber.study;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.TreeMap;
import kleiber.laws.Observation;

/** Losses of several schedules after the same number of tokens. */
record EqualLengths(List<ScheduledRun> runs) {
  private static final String CONSTANT = "Constant";
  private static final String BRANCH = "WarmupStableDecay";

  /** Checkpoints lie on whole steps, so equal lengths may differ by a few. */
  private static final double EQUAL = 0.01;

  /**
   * Two types of schedule; the length is that of the second.
   *
   * @param averaged whether the first's losses are those of its averaged weights
   */
  record Comparison(String first, String second, boolean averaged) {
    String words() {
      return "%s%s less %s"
          .formatted(averaged ? "averaged weights of the " : "", words(first), words(second));
    }

    private static String words(String kind) {
      return switch (kind) {
        case CONSTANT -> "constant rate";
        case BRANCH -> "decay branch";
        default -> kind.toLowerCase(Locale.ROOT);
      };
    }
  }

  EqualLengths {
    runs = List.copyOf(runs);
  }

  /**
   * Any two types that are there, a constant rate less any other, since it passes their lengths;
   * and its averaged weights less the decay that they stand for.
   */
  List<Comparison> comparisons() {
    List<String> kinds =
        runs.stream()
            .map(ScheduledRun::kind)
            .distinct()
            .sorted(
                Comparator.comparing((String kind) -> kind.equals(CONSTANT))
                    .thenComparing(Comparator.naturalOrder()))
            .toList();
    List<Comparison> comparisons = new ArrayList<>();
    for (int first = 1; first < kinds.size(); first++) {
      for (String second : kinds.subList(0, first)) {
        comparisons.add(new Comparison(kinds.get(first), second, false));
      }
    }
    if (kinds.containsAll(List.of(CONSTANT, BRANCH))) {
      comparisons.add(new Comparison(CONSTANT, BRANCH, true));
    }
    return comparisons;
  }

  /**
   * By length, then by seed: differences of the loss, nats per token; empty when there are none.
   */
  Map<Long, Map<String, List<Double>>> differences(Comparison comparison) {
    Map<Long, Map<String, List<Double>>> differences = new TreeMap<>();
    for (ScheduledRun run : runs) {
      if (run.kind().equals(comparison.second())) {
        long length = run.run().trainedTokens();
        OptionalDouble first =
            comparison.first().equals(CONSTANT)
                ? constant(run.seed(), length, comparison.averaged())
                : end(comparison.first(), run.seed(), length);
        first.ifPresent(
            loss ->
                differences
                    .computeIfAbsent(length, _ -> new TreeMap<>())
                    .computeIfAbsent("seed " + run.seed(), _ -> new ArrayList<>())
                    .add(loss - run.rows().getLast().loss()));
      }
    }
    return differences;
  }

  /** The last loss of a run of a length. */
  private OptionalDouble end(String kind, long seed, long length) {
    return runs.stream()
        .filter(run -> run.kind().equals(kind) && run.seed() == seed)
        .filter(run -> run.run().trainedTokens() == length)
        .mapToDouble(run -> run.rows().getLast().loss())
        .findFirst();
  }

  /** The loss of a run at a constant rate on its way, of its weights or their average. */
  private OptionalDouble constant(long seed, long length, boolean averaged) {
    for (ScheduledRun run : runs) {
      if (run.kind().equals(CONSTANT) && run.seed() == seed) {
        Observation nearest =
            run.rows().stream()
                .min(Comparator.comparingDouble(row -> distance(row, length)))
                .orElseThrow();
        Double loss = averaged ? run.averaged().get(nearest.step()) : (Double) nearest.loss();
        if (distance(nearest, length) < EQUAL && loss != null) {
          return OptionalDouble.of(loss);
        }
      }
    }
    return OptionalDouble.empty();
  }

  private static double distance(Observation row, long tokens) {
    return Math.abs(Math.log(row.at().tokens() / tokens));
  }
}
