package kleiber.train;

import static kleiber.data.Settings.require;

/**
 * Whether and how the weights of a run are averaged while it trains: an exponential moving average,
 * corrected for its beginning (Kingma and Ba 2015, arXiv:1412.6980, section 3), so that the first
 * is the weights themselves. Held-out sets are scored with it beside the raw weights; the training
 * knows nothing of it.
 *
 * @param decay β, what an update leaves of the average
 * @param every steps from one update to the next; each reads all weights from the engine
 */
public record WeightAverage(double decay, int every) {
  public WeightAverage {
    require(decay >= 0 && decay < 1, "decay", decay, "in [0, 1)");
    require(every >= 1, "every", every, "at least 1 step");
  }

  /** Whether a step is followed by an update; the first is. */
  boolean follows(long step) {
    return (step - 1) % every == 0;
  }

  /** Share of the weights in the average after a step: (1 − β) / (1 − β^n) at update n. */
  double share(long step) {
    long update = (step - 1) / every + 1;
    return decay == 0 ? 1 : (1 - decay) / (1 - StrictMath.pow(decay, update));
  }
}
