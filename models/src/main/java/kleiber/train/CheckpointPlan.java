package kleiber.train;

import java.util.TreeSet;

/**
 * When the held-out losses are measured: at {@code first} tokens, then at a geometric ratio, always
 * at the end. Checkpoints lie on absolute token counts, so that branches of different length share
 * them; each is taken after the first step that reaches its count.
 *
 * @param first tokens of the first checkpoint
 * @param ratio factor from one to the next
 */
public record CheckpointPlan(long first, double ratio) {
  /** Below it, a run has more checkpoints than anyone can score. */
  private static final double LEAST_RATIO = 1.001;

  public CheckpointPlan {
    if (first < 1) {
      throw new IllegalArgumentException("first is " + first + " but must be at least 1 token");
    }
    if (!(ratio >= LEAST_RATIO && ratio < Double.POSITIVE_INFINITY)) {
      throw new IllegalArgumentException(
          "ratio is " + ratio + " but must be at least " + LEAST_RATIO);
    }
  }

  /** The token counts of a run of {@code total} tokens, ascending, the last being {@code total}. */
  public long[] tokens(long total) {
    TreeSet<Long> counts = new TreeSet<>();
    for (double at = first; at < total; at *= ratio) {
      counts.add(Math.round(at));
    }
    counts.add(total);
    return counts.stream().mapToLong(Long::longValue).toArray();
  }
}
