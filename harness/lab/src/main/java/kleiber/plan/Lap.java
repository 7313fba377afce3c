package kleiber.plan;

import java.util.List;

/**
 * What a lane did in a while.
 *
 * @param speed of its last part
 * @param steps in all
 * @param scoredTokens held-out tokens in all
 */
record Lap(Speed speed, double steps, double scoredTokens) {
  /** Of several lanes. */
  static Lap mean(List<Lap> lanes) {
    double count = lanes.size();
    return new Lap(
        new Speed(
            lanes.stream().mapToDouble(lane -> lane.speed.step()).sum() / count,
            lanes.stream().mapToDouble(lane -> lane.speed.heldOutToken()).sum() / count),
        lanes.stream().mapToDouble(Lap::steps).sum() / count,
        lanes.stream().mapToDouble(Lap::scoredTokens).sum() / count);
  }

  /** That the same takes at another speed. */
  double seconds(Speed other) {
    return steps * other.step() + scoredTokens * other.heldOutToken();
  }
}
