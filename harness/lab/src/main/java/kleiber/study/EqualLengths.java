package kleiber.study;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.TreeMap;
import kleiber.laws.Observation;

/** Losses of several schedules after the same number of tokens. */
record EqualLengths(List<ScheduledRun> runs) {
  private static final String CONSTANT = "Constant";
  private static final String COSINE = "Cosine";
  private static final String BRANCH = "WarmupStableDecay";

  /** Checkpoints lie on whole steps, so equal lengths may differ by a few. */
  private static final double EQUAL = 0.01;

  /** What is compared; the length is that of the second. */
  enum Comparison {
    BRANCH_LESS_COSINE("decay branch less cosine"),
    CONSTANT_LESS_COSINE("constant rate less cosine"),
    CONSTANT_LESS_BRANCH("constant rate less decay branch"),
    AVERAGE_LESS_BRANCH("averaged weights of the constant rate less decay branch");

    private final String words;

    Comparison(String words) {
      this.words = words;
    }

    String words() {
      return words;
    }
  }

  EqualLengths {
    runs = List.copyOf(runs);
  }

  /**
   * By length, then by seed: differences of the loss, nats per token; empty when there are none.
   */
  Map<Long, Map<String, List<Double>>> differences(Comparison comparison) {
    String second = comparison.words().endsWith("cosine") ? COSINE : BRANCH;
    Map<Long, Map<String, List<Double>>> differences = new TreeMap<>();
    for (ScheduledRun run : runs) {
      if (run.kind().equals(second)) {
        long length = run.run().trainedTokens();
        OptionalDouble first =
            switch (comparison) {
              case BRANCH_LESS_COSINE -> end(BRANCH, run.seed(), length);
              case CONSTANT_LESS_COSINE, CONSTANT_LESS_BRANCH ->
                  constant(run.seed(), length, false);
              case AVERAGE_LESS_BRANCH -> constant(run.seed(), length, true);
            };
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
