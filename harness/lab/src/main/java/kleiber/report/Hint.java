package kleiber.report;

/**
 * What a mark tells a reader who points at it.
 *
 * @param run id of the run that the mark stands for, so that it can be picked; empty for none
 * @param text what is shown
 */
record Hint(String run, String text) {
  static final Hint NONE = new Hint("", "");

  static Hint of(String text) {
    return new Hint("", text);
  }
}
