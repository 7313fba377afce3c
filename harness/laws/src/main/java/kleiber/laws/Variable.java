package kleiber.laws;

/** The one axis of scale that a law of a single variable reads. */
public enum Variable {
  /** N, parameters. */
  PARAMS("N"),
  /** D, training tokens. */
  TOKENS("D"),
  /** C, training FLOPs. */
  FLOPS("C");

  private final String symbol;

  Variable(String symbol) {
    this.symbol = symbol;
  }

  /** As formulas write it. */
  public String symbol() {
    return symbol;
  }

  double of(Scale at) {
    return switch (this) {
      case PARAMS -> at.params();
      case TOKENS -> at.tokens();
      case FLOPS -> at.flops();
    };
  }

  Axis axis(double low, double high) {
    return switch (this) {
      case PARAMS -> Axis.params(low, high);
      case TOKENS -> Axis.tokens(low, high);
      case FLOPS -> Axis.flops(low, high);
    };
  }
}
