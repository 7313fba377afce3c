package kleiber.fit;

import java.util.function.ToDoubleFunction;
import kleiber.laws.Scale;

/** What large means when runs are split into small and large. */
public enum ScaleAxis {
  /** N, parameters. */
  PARAMS("N", Scale::params),
  /** D, tokens. */
  TOKENS("D", Scale::tokens),
  /** C, FLOPs under the convention of the observations. */
  FLOPS("C", Scale::flops);

  private final String symbol;
  private final ToDoubleFunction<Scale> value;

  ScaleAxis(String symbol, ToDoubleFunction<Scale> value) {
    this.symbol = symbol;
    this.value = value;
  }

  /** As papers print it. */
  public String symbol() {
    return symbol;
  }

  public double of(Scale at) {
    return value.applyAsDouble(at);
  }
}
