package kleiber.engine.cuda.driver;

import java.util.Set;

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
  /** Such as Turing, and of Ampere the A100: those with half the units for float32. */
  private static final Set<Integer> WITH_HALF = Set.of(75, 80);

  private static final int FLOPS_OF_UNIT = 2;
  private static final int UNITS = 128;
  private static final double CYCLES_PER_SECOND = 1.7e9;

  /** The first whose tensor cores take bfloat16: Ampere. */
  private static final int AMPERE = 8;

  /** Whether its tensor cores take bfloat16. */
  public boolean multipliesBfloat16() {
    return major >= AMPERE;
  }

  /**
   * FLOP/s in float32 without tensor cores, as stated by NVIDIA and not measured: multiprocessors
   * times 128 units (64 on sm_75 and sm_80), two FLOPs a cycle each, at 1.7 GHz, from which cards
   * differ by a fifth. An H100 with 132 multiprocessors has 5.7e13.
   */
  public double statedFlops() {
    int units = WITH_HALF.contains(10 * major + minor) ? UNITS / 2 : UNITS;
    return (double) multiprocessors * units * FLOPS_OF_UNIT * CYCLES_PER_SECOND;
  }

  /** The architecture that code for the card is compiled for, such as {@code sm_90}. */
  public String architecture() {
    return "sm_" + major + minor;
  }
}
