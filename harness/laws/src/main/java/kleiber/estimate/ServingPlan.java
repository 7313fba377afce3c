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
  /** Training and serving together, FLOPs. */
  public double flops() {
    return training + serving;
  }
}
