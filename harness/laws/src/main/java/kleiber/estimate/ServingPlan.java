package kleiber.estimate;

/**
 * A model that is trained once and then serves tokens.
 *
 * @param params N
 * @param tokens D, trained on
 * @param loss nats per token
 * @param training FLOPs
 * @param serving FLOPs
 */
public record ServingPlan(
    double params, double tokens, double loss, double training, double serving) {
  /** The same model with so many tokens to serve, a forward pass each. */
  public ServingPlan serving(double served) {
    return new ServingPlan(
        params, tokens, loss, training, InferenceAware.FORWARD * served * training / tokens);
  }

  /** Training and serving together, FLOPs. */
  public double flops() {
    return training + serving;
  }
}
