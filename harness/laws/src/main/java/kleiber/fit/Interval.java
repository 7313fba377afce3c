package kleiber.fit;

/**
 * An interval that is meant to hold the truth with probability {@code confidence}.
 *
 * @param confidence such as 0.9
 */
public record Interval(double low, double high, double confidence) {
  /** Whether the value lies in it. */
  public boolean holds(double value) {
    return low <= value && value <= high;
  }
}
