package kleiber.laws;

import java.util.Map;

/**
 * Where in the space of scale a loss was measured.
 *
 * @param params N, parameters under the convention of the fit (never mixed within one table)
 * @param tokens D, training tokens seen
 * @param flops C, training FLOPs under the convention of the fit; a double, since 6ND overflows
 *     long
 * @param extra further axes by name, such as {@link #UNIQUE_TOKENS} and {@link #SPARSITY}
 */
public record Scale(double params, double tokens, double flops, Map<String, Double> extra) {
  /**
   * Name in {@code extra} of the distinct training tokens there were: D beyond it is repetition.
   */
  public static final String UNIQUE_TOKENS = "uniqueTokens";

  /**
   * Name in {@code extra} of the share of parameters that a token does not pass, in a mixture of
   * experts.
   */
  public static final String SPARSITY = "sparsity";

  public Scale {
    extra = Map.copyOf(extra);
  }

  /** The scale of N parameters and D tokens with C = 6ND. */
  public static Scale of(double params, double tokens) {
    return new Scale(params, tokens, 6 * params * tokens, Map.of());
  }
}
