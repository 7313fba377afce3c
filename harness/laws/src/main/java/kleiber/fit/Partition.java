package kleiber.fit;

import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import kleiber.laws.Law;
import kleiber.laws.Observation;
import kleiber.laws.Scale;

/**
 * The rows that a law can speak of and those it cannot: one without a term for repetition says
 * nothing about runs that saw the same tokens more than once.
 *
 * @param kept rows to fit or predict
 * @param leftOut rows trained beyond their unique tokens
 */
public record Partition(List<Observation> kept, List<Observation> leftOut) {
  public Partition {
    kept = List.copyOf(kept);
    leftOut = List.copyOf(leftOut);
  }

  /** Divides observations for a law; rows that do not tell their unique tokens are kept. */
  public static Partition of(Law law, List<Observation> observations) {
    Map<Boolean, List<Observation>> sides =
        observations.stream()
            .collect(
                Collectors.partitioningBy(row -> law.modelsRepetition() || !repeats(row.at())));
    return new Partition(sides.get(true), sides.get(false));
  }

  /** Names what was left out, for a report; empty when nothing was. */
  public String sentence() {
    if (leftOut.isEmpty()) {
      return "";
    }
    return "Left out "
        + leftOut.size()
        + " rows that saw more tokens than there are unique ones, which the law has no term for;"
        + " runs: "
        + leftOut.stream().map(Observation::run).distinct().collect(Collectors.joining(", "))
        + ".";
  }

  private static boolean repeats(Scale at) {
    Double unique = at.extra().get(Scale.UNIQUE_TOKENS);
    return unique != null && at.tokens() > unique;
  }
}
