package kleiber.estimate;

import java.util.Objects;
import kleiber.fit.BootstrappedLaw;

/**
 * Two recipes, each along its own path through compute, each with what its law was on resamples:
 * draw i of the one is set against draw i of the other.
 *
 * @param a the one
 * @param alongA how the one divides compute
 * @param b the other
 * @param alongB how the other divides compute
 */
record Pair(BootstrappedLaw a, ComputePath alongA, BootstrappedLaw b, ComputePath alongB) {
  Pair {
    Objects.requireNonNull(alongA, "alongA");
    Objects.requireNonNull(alongB, "alongB");
    if (a.thetas().length != b.thetas().length) {
      throw new IllegalArgumentException(
          "One law has "
              + a.thetas().length
              + " resamples and the other "
              + b.thetas().length
              + "; give both bootstraps the same number of draws.");
    }
  }

  int draws() {
    return a.thetas().length;
  }

  /** ln loss of a less that of b; draw −1 is the fits themselves. */
  double difference(int draw, double flops) {
    return Math.log(lossOfA(draw, flops) / lossOfB(draw, flops));
  }

  double lossOfA(int draw, double flops) {
    return loss(a, alongA, draw, flops);
  }

  double lossOfB(int draw, double flops) {
    return loss(b, alongB, draw, flops);
  }

  private static double loss(BootstrappedLaw law, ComputePath path, int draw, double flops) {
    return law.fitted().law().loss(path.at(flops), theta(law, draw));
  }

  /** Parameters of a law on a draw. */
  static double[] theta(BootstrappedLaw law, int draw) {
    return draw < 0 ? law.fitted().theta() : law.thetas()[draw];
  }

  double degreesOfFreedom() {
    return Math.min(a.degreesOfFreedom(), b.degreesOfFreedom());
  }
}
