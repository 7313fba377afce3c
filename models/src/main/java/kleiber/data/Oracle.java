package kleiber.data;

/**
 * The ideal predictor of a corpus: it knows the distribution that the tokens were drawn from, and
 * of a window no more than a model sees. No model's expected loss is lower.
 */
public interface Oracle {
  /**
   * The loss of each token given those before it: −ln p(ids[t] | ids[0 … t−1]), nats; infinite for
   * a token that cannot come there, and not defined after one.
   *
   * @param ids the beginning of a text from a multiple of {@link TokenSequence#period} on
   */
  double[] losses(int[] ids);
}
