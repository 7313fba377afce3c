package kleiber.laws;

import java.util.TreeSet;

/**
 * An axis of scale that a law reads.
 *
 * @param name {@code params}, {@code tokens} or {@code flops} for N, D and C; any other is a name
 *     in {@link Scale#extra}
 * @param unit what it counts, in words
 * @param low lowest value of a usual study
 * @param high highest value of a usual study
 */
public record Axis(String name, String unit, double low, double high) {
  public Axis {
    if (!(low < high)) {
      throw new IllegalArgumentException(name + ": range [" + low + ", " + high + "] is empty");
    }
  }

  /** N over so many parameters. */
  public static Axis params(double low, double high) {
    return new Axis("params", "parameters", low, high);
  }

  /** D over so many tokens. */
  public static Axis tokens(double low, double high) {
    return new Axis("tokens", "training tokens", low, high);
  }

  /** C over so many FLOPs. */
  public static Axis flops(double low, double high) {
    return new Axis("flops", "training FLOPs", low, high);
  }

  /**
   * Where a scale lies on this axis.
   *
   * @throws IllegalArgumentException when the scale says nothing of it
   */
  public double of(Scale at) {
    return switch (name) {
      case "params" -> at.params();
      case "tokens" -> at.tokens();
      case "flops" -> at.flops();
      default -> {
        Double value = at.extra().get(name);
        if (value == null) {
          throw new IllegalArgumentException(
              "The law reads '"
                  + name
                  + "' ("
                  + unit
                  + "), which a row does not have; besides N, D and C it has "
                  + new TreeSet<>(at.extra().keySet())
                  + ".");
        }
        yield value;
      }
    };
  }
}
