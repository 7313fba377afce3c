package kleiber.run;

/** The process of a worker ended while it trained. */
final class WorkerLost extends Exception {
  private static final long serialVersionUID = 1;

  private final String said;

  /**
   * @param said the last that it said before
   */
  WorkerLost(String reason, String said) {
    super(reason);
    this.said = said;
  }

  String said() {
    return said;
  }
}
