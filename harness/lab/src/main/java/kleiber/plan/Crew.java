package kleiber.plan;

/**
 * A process that trains: so many cohorts side by side on one device.
 *
 * @param device one word of {@code --devices}
 * @param lanes cohorts at a time; on a CPU its cores
 */
public record Crew(String device, int lanes) {
  public Crew {
    if (lanes < 1) {
      throw new IllegalArgumentException("lanes is " + lanes + " but must be at least 1");
    }
  }

  /** The same on any device of the kind: cards of one machine are taken for alike. */
  Crew ofKind() {
    String kind = device.replaceFirst(":.*", "").strip();
    return new Crew(kind.equals("auto") ? "cpu" : kind, lanes);
  }

  boolean isCard() {
    return ofKind().device.equals("cuda");
  }
}
