package kleiber.fit;

import kleiber.laws.Law;
import kleiber.laws.Scale;

/**
 * A law with the parameters that fit best.
 *
 * @param theta in the order of {@link Law#parameters}
 * @param cost value of the objective at theta
 * @param observations rows fitted
 * @param starts how many starts were tried
 * @param agreed how many of them ended within 1e-6 (relative) of the best cost
 * @param outcome how it ended
 * @param sentence what a user must know about the outcome; empty when CONVERGED
 */
public record FittedLaw(
    Law law,
    Objective objective,
    double[] theta,
    double cost,
    int observations,
    int starts,
    int agreed,
    Outcome outcome,
    String sentence) {
  /** Predicted loss, nats per token. */
  public double loss(Scale at) {
    return law.loss(at, theta);
  }
}
