package kleiber.run;

/**
 * A row of {@code timing.jsonl}: what differs between two equal runs.
 *
 * @param step optimizer steps done
 * @param tokens tokens seen
 * @param seconds of training so far, evaluations included; those of a cohort are shared evenly by
 *     the members that train
 * @param tokensPerSecond since the row before
 */
public record Timing(long step, long tokens, double seconds, double tokensPerSecond) {}
