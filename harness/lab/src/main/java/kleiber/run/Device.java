package kleiber.run;

/**
 * What a worker trains on, as those who look on are told.
 *
 * @param word of {@code --devices}; {@code auto} becomes what it means
 * @param threads that its engine may use
 */
public record Device(String word, int threads) {
  public Device {
    word = Devices.meant(word);
  }
}
