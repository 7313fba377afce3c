package kleiber.run;

import java.util.List;

/**
 * What a process that trains a cohort says of it every second or so: a file of {@code pulses/}. No
 * result depends on it; it is there for those who look on, on this machine or another.
 *
 * @param device it trains on, one word of {@code --devices}
 * @param threads that the device's engine may use, for all cohorts side by side
 * @param processor model of the machine's CPU
 * @param numerics the trainer's numeric mode
 * @param tokensPerSecond of all members together, lately; 0 until it is known
 * @param members that have not ended, by their place in the cohort
 */
public record Pulse(
    String device,
    int threads,
    String processor,
    String numerics,
    double tokensPerSecond,
    List<Member> members) {
  public Pulse {
    members = List.copyOf(members);
  }

  /** The same of some of its members. */
  Pulse with(List<Member> some) {
    return new Pulse(device, threads, processor, numerics, tokensPerSecond, some);
  }

  /**
   * A run of the cohort.
   *
   * @param run its id
   * @param holder name of the claim on it
   * @param step optimizer steps done
   */
  public record Member(String run, String holder, long step) {}
}
