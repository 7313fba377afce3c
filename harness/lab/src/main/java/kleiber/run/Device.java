package kleiber.run;

/**
 * What a process trains on.
 *
 * @param word of {@code --devices}; {@code auto} becomes what it means
 * @param threads that its engine may use
 */
public record Device(String word, int threads) {
  /** A card takes its cohorts one after another: each is to fill it, and have its memory. */
  static final int LANES_OF_CARD = 1;

  public Device {
    word = Devices.meant(word);
    if (threads < 1) {
      throw new IllegalArgumentException("threads is " + threads + " but must be at least 1");
    }
  }

  /** The same on any device of the kind: cards of one machine are taken for alike. */
  public Device ofKind() {
    return new Device(word.replaceFirst(":.*", "").strip(), threads);
  }

  /** Whether it is an accelerator. */
  public boolean isCard() {
    return ofKind().word.equalsIgnoreCase("cuda");
  }

  /** Of a card: its number; {@code cuda} is the first. */
  int ordinal() {
    int colon = word.indexOf(':');
    return colon < 0 ? 0 : Integer.parseInt(word.substring(colon + 1).strip());
  }

  /** Cohorts that are trained on it side by side. */
  public int lanes() {
    return isCard() ? LANES_OF_CARD : threads;
  }
}
