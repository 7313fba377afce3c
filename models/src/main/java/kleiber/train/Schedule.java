package kleiber.train;

import java.util.Optional;

/**
 * A learning-rate schedule: a function of tokens, so that runs of different batch sizes and
 * branches of different length share it. One record per schedule, in this package; the package is
 * the registry.
 */
public interface Schedule {
  /**
   * The factor on the peak learning rate, in [0, 1].
   *
   * @param tokens tokens seen before the step
   * @param total tokens of the whole run
   */
  double at(long tokens, long total);

  /** Tokens of linear warm-up. */
  long warmupTokens();

  /**
   * The linear warm-up from 0 that every schedule begins with, and 1 after it. The first step of a
   * run with a warm-up thus only fills the optimizer's moments.
   */
  default double warmup(long tokens) {
    return tokens < warmupTokens() ? (double) tokens / warmupTokens() : 1;
  }

  /**
   * The schedule that a run follows before its decay begins, when that is past the warm-up and does
   * not depend on the run's length: runs of many lengths are then branches of one trunk. Empty when
   * there is no such phase.
   *
   * @param total tokens of the whole run
   */
  default Optional<Schedule> trunk(long total) {
    return Optional.empty();
  }
}
