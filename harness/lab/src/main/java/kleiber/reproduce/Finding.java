package kleiber.reproduce;

/**
 * One published number and ours.
 *
 * @param quantity what it is, in a few words
 * @param published as the study prints it
 * @param low lowest value of ours that agrees
 * @param high highest value of ours that agrees
 * @param note what a reader must know to judge it; may be empty
 */
public record Finding(
    String quantity,
    Kind kind,
    double published,
    double ours,
    double low,
    double high,
    String note) {
  /** How our number came about; only a refit counts as reproduced. */
  public enum Kind {
    /** Our fitter, their data, their result. */
    REFIT,
    /** Their constants, their data. */
    EVALUATED,
    /** Their own output file, summarised. */
    REREAD
  }

  public Finding {
    if (!(low <= high)) {
      throw new IllegalArgumentException(quantity + ": [" + low + ", " + high + "] is empty");
    }
  }

  /** A number that agrees within an absolute tolerance. */
  public static Finding within(
      String quantity, Kind kind, double published, double ours, double tolerance, String note) {
    return new Finding(
        quantity, kind, published, ours, published - tolerance, published + tolerance, note);
  }

  /** A number that must be no higher than the published one, but for rounding. */
  public static Finding atMost(
      String quantity, Kind kind, double published, double ours, String note) {
    return new Finding(quantity, kind, published, ours, Double.NEGATIVE_INFINITY, published, note);
  }

  /** Whether ours agrees with the published number. */
  public boolean agrees() {
    return low <= ours && ours <= high;
  }
}
