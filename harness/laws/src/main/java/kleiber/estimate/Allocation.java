package kleiber.estimate;

import java.util.List;

/**
 * How the compute-optimal model and data grow with compute: N* = G C^a, D* = H C^b.
 *
 * @param params N*, parameters
 * @param tokens D*, tokens
 * @param notes what was left out and why, one sentence each
 */
public record Allocation(PowerOfCompute params, PowerOfCompute tokens, List<String> notes) {
  public Allocation {
    notes = List.copyOf(notes);
  }

  /** a, the exponent of the optimal N, with its interval. */
  public Estimate a(double confidence) {
    return params.exponent(confidence);
  }

  /** b, the exponent of the optimal D, with its interval. */
  public Estimate b(double confidence) {
    return tokens.exponent(confidence);
  }
}
