package kleiber.models;

import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * The settings of a model: everything that decides its shape and its initial weights but the seed.
 * One record per family, in this package; the package is the registry.
 */
public interface ModelFamily {
  /** Its parametrization by width, when it is not the standard one. */
  default Optional<MuP> muP() {
    return Optional.empty();
  }

  /** Positions that a query sees, its own included, when there are not all of them. */
  default OptionalInt window() {
    return OptionalInt.empty();
  }

  /** Where it lies on further axes of scale that laws read, by their names there. */
  default Map<String, Double> axes() {
    return Map.of();
  }

  /**
   * What it predicts, when that is masked tokens, each from all that is not masked; otherwise it
   * predicts each token from those before it, and no loss depends on a later input.
   */
  default Optional<Masking> masking() {
    return Optional.empty();
  }

  /** What its losses are of, in words; those of different things do not compare. */
  default String predicted() {
    return masking()
        .map(its -> "masked tokens (a share of " + its.share() + ")")
        .orElse("the next token");
  }

  /** Parameters by group, exact. */
  ParameterCount count(int vocabulary, int context);

  /**
   * FLOPs of forward and backward for one token, exact for the family: matrix products, 6 per
   * weight, and attention counted in full, 12 per column, layer and position that a query may see
   * (T, or its window), whatever an engine skips.
   */
  double trainingFlopsPerToken(int vocabulary, int context);
}
