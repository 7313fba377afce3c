package kleiber.fit;

/** |predicted − measured|, nats per token. */
public record LeastAbsoluteDeviationsOfLoss() implements Robust {
  @Override
  public Hinge hinge() {
    return new Hinge(Residual.LOSS, 1, 1, 0);
  }

  @Override
  public String describe() {
    return "Least absolute deviations on L";
  }
}
