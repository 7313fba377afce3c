package kleiber.train;

import java.util.Collections;
import java.util.Map;
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
 */
public record Facts(
    String corpusDigest,
    int vocabulary,
    long uniqueTokens,
    ParameterCount parameters,
    double trainingFlopsPerToken,
    Map<String, HeldOutFacts> heldOut) {
  public Facts {
    heldOut = Collections.unmodifiableMap(new TreeMap<>(heldOut));
  }

  /**
   * A held-out set as it was scored.
   *
   * @param digest of its corpus
   * @param tokens scored
   * @param documents that they come from
   * @param bytesPerToken of the tokens scored, where known
   */
  public record HeldOutFacts(
      String digest, long tokens, int documents, OptionalDouble bytesPerToken) {}
}
