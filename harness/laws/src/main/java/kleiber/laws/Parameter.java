package kleiber.laws;

/**
 * A parameter of a law.
 *
 * @param name as the paper prints it
 * @param unit what it counts, in words
 * @param low lowest value that makes sense
 * @param high highest value that makes sense
 */
public record Parameter(String name, String unit, double low, double high) {
  public Parameter {
    if (!(low < high)) {
      throw new IllegalArgumentException(name + ": range [" + low + ", " + high + "] is empty");
    }
  }
}
