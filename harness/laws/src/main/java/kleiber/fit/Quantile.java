package kleiber.fit;

/** Quantiles of draws. */
public final class Quantile {
  private Quantile() {}

  /**
   * Quantile of the distribution that values were drawn from: the k-th of n lies at k / (n + 1)
   * (Davison and Hinkley 1997, section 2.4), so that few draws do not make an interval narrow.
   *
   * @param sorted ascending; may be infinite
   * @param probability in [0, 1]
   */
  public static double of(double[] sorted, double probability) {
    int last = sorted.length - 1;
    double place = Math.max(0, Math.min(last, probability * (sorted.length + 1) - 1));
    int below = (int) place;
    int above = Math.min(below + 1, last);
    double part = place - below;
    return part == 0 || sorted[below] == sorted[above]
        ? sorted[below]
        : sorted[below] * (1 - part) + sorted[above] * part;
  }
}
