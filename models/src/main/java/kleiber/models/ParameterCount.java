package kleiber.models;

import java.util.OptionalDouble;
import java.util.OptionalLong;

/**
 * Parameters by group. What N means moves exponents, so groups are logged and the convention is
 * chosen at the fit.
 *
 * @param embedding token and learned position tables (a tied table counts here, and not in output)
 * @param hidden everything between embedding and output: blocks and final norm
 * @param output the head, when it is not tied
 * @param matmul parameters that enter a matrix product for every token (a tied head counts, an
 *     embedding look-up, gains and biases do not); of experts, those of as many as a token passes
 * @param idle hidden parameters that a token does not pass: those of the experts that it does not
 *     choose, 0 when it chooses all; empty for a family without experts
 */
public record ParameterCount(
    long embedding, long hidden, long output, long matmul, OptionalLong idle) {
  /** What N means. */
  public enum Convention {
    /** Every parameter: Hoffmann et al. 2022. */
    TOTAL,
    /** Without token and position tables: Kaplan et al. 2020. */
    NON_EMBEDDING,
    /** Those in matrix products, the head included. */
    MATMUL,
    /** Those that a token passes: all but what is idle. */
    ACTIVE
  }

  /** Of a model that a token passes as a whole. */
  public ParameterCount(long embedding, long hidden, long output, long matmul) {
    this(embedding, hidden, output, matmul, OptionalLong.empty());
  }

  /** Every parameter. */
  public long total() {
    return embedding + hidden + output;
  }

  /** The share of all parameters that is idle; empty for a family without experts. */
  public OptionalDouble sparsity() {
    return idle.isPresent()
        ? OptionalDouble.of((double) idle.getAsLong() / total())
        : OptionalDouble.empty();
  }

  /** N under a convention. */
  public long under(Convention convention) {
    return switch (convention) {
      case TOTAL -> total();
      case NON_EMBEDDING -> hidden + output;
      case MATMUL -> matmul;
      case ACTIVE -> total() - idle.orElse(0);
    };
  }
}
