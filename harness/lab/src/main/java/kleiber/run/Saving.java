package kleiber.run;

/**
 * How much of a training is kept besides its losses. Pacing: no loss depends on it.
 *
 * @param everySeconds a snapshot is taken after the first step that ends so long after the last, or
 *     later where they would take more than a fiftieth of the time; after every step when 0
 * @param weights whether the final weights of a run are kept
 */
public record Saving(double everySeconds, boolean weights) {
  /** A snapshot every 30 seconds, and no final weights. */
  public static final Saving USUAL = new Saving(30, false);

  private static final double LEAST_WORK = 49;

  public Saving {
    if (!(everySeconds >= 0 && Double.isFinite(everySeconds))) {
      throw new IllegalArgumentException(
          "a snapshot every " + everySeconds + " seconds cannot be; expected 0 or more");
    }
  }

  /**
   * Whether it is time for a snapshot.
   *
   * @param since seconds since the last, or since the training began
   * @param took seconds that the last took
   */
  boolean due(double since, double took) {
    return everySeconds == 0 || since >= Math.max(everySeconds, LEAST_WORK * took);
  }
}
