package kleiber.plan;

/** What is estimated. */
public enum Estimand {
  /** The loss of the target, nats per token. */
  LOSS("loss at the target"),
  /** a of N* ∝ C^a, the best size for a compute. */
  EXPONENT("exponent a of N*");

  private final String words;

  Estimand(String words) {
    this.words = words;
  }

  public String words() {
    return words;
  }

  /** How far off an estimate is: a share of a loss, or a difference of exponents. */
  double error(double value, double truth) {
    return this == LOSS ? value / truth - 1 : value - truth;
  }
}
