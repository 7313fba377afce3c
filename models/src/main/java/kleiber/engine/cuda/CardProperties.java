package kleiber.engine.cuda;

/**
 * What is known of a card.
 *
 * @param name such as {@code NVIDIA H100 80GB HBM3}
 * @param major first part of the compute capability
 * @param minor second part of the compute capability
 * @param memory bytes in all
 * @param multiprocessors how many
 * @param sharedMemory bytes that a block may have at most
 */
public record CardProperties(
    String name, int major, int minor, long memory, int multiprocessors, int sharedMemory) {
  /** The first whose tensor cores take bfloat16: Ampere. */
  private static final int AMPERE = 8;

  /** Whether its tensor cores take bfloat16. */
  public boolean multipliesBfloat16() {
    return major >= AMPERE;
  }

  /** The architecture that code for the card is compiled for, such as {@code sm_90}. */
  public String architecture() {
    return "sm_" + major + minor;
  }
}
