package kleiber.plan;

/** How a time is known, the surest first. */
public enum TimeSource {
  /** Steps of that very shape were timed on this machine. */
  MEASURED("measured", ""),
  /** Finished runs of that shape tell it. */
  EARLIER_RUNS("as finished runs took", "'"),
  /** Other shapes were measured, and this follows by its FLOPs. */
  NEIGHBOURS("by FLOPs, from shapes that were measured", "~"),
  /** Nothing was measured. */
  GUESSED("guessed", "?");

  private final String words;
  private final String mark;

  TimeSource(String words, String mark) {
    this.words = words;
    this.mark = mark;
  }

  public String words() {
    return words;
  }

  /** What stands behind a number in a table. */
  public String mark() {
    return mark;
  }
}
