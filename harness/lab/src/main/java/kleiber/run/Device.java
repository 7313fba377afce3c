package kleiber.run;

/**
 * What a process trains on, so many cohorts side by side.
 *
 * @param word of {@code --devices}; {@code auto} becomes what it means
 * @param threads that its engine may use, and cohorts at a time
 */
public record Device(String word, int threads) {
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
    return ofKind().word.equals("cuda");
  }
}
