package kleiber.laws;

import java.util.Optional;

/**
 * The learning-rate history that led to a loss. A checkpoint at D tokens of a longer cosine run was
 * measured at a high learning rate and lies above the loss of a run planned for D.
 *
 * @param schedule name of the schedule's form
 * @param peak peak learning rate
 * @param warmupTokens tokens of linear warm-up
 * @param totalTokens tokens the schedule was planned for
 * @param fractionOfPeak learning rate at the observation divided by the peak, in [0, 1]
 * @param history every learning rate up to the observation, where it is known
 */
public record Trajectory(
    String schedule,
    double peak,
    double warmupTokens,
    double totalTokens,
    double fractionOfPeak,
    Optional<LearningRates> history) {

  /** Of a schedule whose single steps are not known. */
  public Trajectory(
      String schedule,
      double peak,
      double warmupTokens,
      double totalTokens,
      double fractionOfPeak) {
    this(schedule, peak, warmupTokens, totalTokens, fractionOfPeak, Optional.empty());
  }
}
