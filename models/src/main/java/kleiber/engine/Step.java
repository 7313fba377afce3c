package kleiber.engine;

import java.util.List;
import kleiber.engine.Update.Rule;

/**
 * One step of training as it is known before its gradients are; every array and list has one entry
 * a member. A member's gradient is scaled down to its clipping norm, and a member whose loss or
 * gradient norm is no finite number is left as it is.
 *
 * @param number t, counted from 1
 * @param clip the largest norm that a gradient keeps
 * @param rules of one kind
 */
public record Step(long number, double[] learningRate, double[] clip, List<? extends Rule> rules) {
  /** What came of the gradients, by member. */
  public record Outcome(double[] losses, double[] norms) {}

  public Step {
    rules = List.copyOf(rules);
  }

  /** The update that follows when losses and gradient norms are known. */
  public Update after(Outcome outcome) {
    return after(outcome, 1);
  }

  /**
   * The update that follows when the outcome is the mean over passes whose gradients were added up.
   */
  public Update after(Outcome outcome, int passes) {
    boolean[] active = new boolean[clip.length];
    double[] scale = new double[clip.length];
    for (int member = 0; member < clip.length; member++) {
      double norm = outcome.norms[member];
      active[member] = Double.isFinite(outcome.losses[member]) && Double.isFinite(norm);
      scale[member] = (norm > clip[member] ? clip[member] / norm : 1) / passes;
    }
    return new Update(number, active, learningRate, scale, rules);
  }
}
