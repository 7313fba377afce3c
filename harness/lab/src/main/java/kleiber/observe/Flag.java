package kleiber.observe;

/**
 * A run that a quality gate stopped at. It stays in every table and, unless another rule leaves it
 * out, in the fit: what to do about it is the reader's to say.
 *
 * @param run id
 * @param reason in a sentence, with the numbers that the rule saw
 */
public record Flag(String run, Gate gate, String reason) {
  /** What makes a run suspect. */
  public enum Gate {
    /** A loss that is not finite ended it. */
    DIVERGED,
    /** Its loss rose from one checkpoint to the next. */
    SPIKE,
    /**
     * It ended at a high learning rate, so its last loss is above what the same tokens could give.
     */
    UNFINISHED_DECAY,
    /** It differs from runs of other seeds by more than seeds do elsewhere. */
    SEED_OUTLIER,
    /** Another learning rate gave less loss, or might have. */
    UNDER_TUNED
  }
}
