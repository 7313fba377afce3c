package kleiber.train;

import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.TreeMap;
import kleiber.models.ParameterCount;

/**
 * What follows from a spec once its corpus is open, and equals between two equal runs.
 *
 * @param corpusDigest SHA-256, in hex, of what decides the corpus's tokens
 * @param vocabulary V
 * @param uniqueTokens distinct training tokens at the run's context
 * @param parameters by group
 * @param trainingFlopsPerToken forward and backward, exact for the family
 * @param heldOut by name
 * @param masked share of positions that are masked, where losses are nats per masked token, given
 *     the rest of its window; empty where each token is predicted from those before it
 */
public record Facts(
    String corpusDigest,
    int vocabulary,
    long uniqueTokens,
    ParameterCount parameters,
    double trainingFlopsPerToken,
    Map<String, HeldOutFacts> heldOut,
    Optional<Double> masked) {
  /** Of a model that predicts each token from those before it. */
  public Facts(
      String corpusDigest,
      int vocabulary,
      long uniqueTokens,
      ParameterCount parameters,
      double trainingFlopsPerToken,
      Map<String, HeldOutFacts> heldOut) {
    this(
        corpusDigest,
        vocabulary,
        uniqueTokens,
        parameters,
        trainingFlopsPerToken,
        heldOut,
        Optional.empty());
  }

  public Facts {
    heldOut = Collections.unmodifiableMap(new TreeMap<>(heldOut));
  }

  /**
   * A held-out set as it was scored.
   *
   * @param digest of its corpus
   * @param tokens scored
   * @param documents that they come from
   * @param bytesPerToken of the tokens scored, where known; masked tokens have none, as their
   *     losses are no code for the text
   */
  public record HeldOutFacts(
      String digest, long tokens, int documents, OptionalDouble bytesPerToken) {}
}
