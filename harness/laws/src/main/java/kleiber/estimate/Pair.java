package kleiber.estimate;

import java.util.Objects;
import kleiber.fit.BootstrappedLaw;

/**
 * Two recipes along one path through compute, each with what its law was on resamples: draw i of
 * the one is set against draw i of the other.
 *
 * @param a the one
 * @param b the other
 */
record Pair(BootstrappedLaw a, BootstrappedLaw b, ComputePath path) {
  Pair {
    Objects.requireNonNull(path, "path");
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
    return loss(a, draw, flops);
  }

  double lossOfB(int draw, double flops) {
    return loss(b, draw, flops);
  }

  private double loss(BootstrappedLaw law, int draw, double flops) {
    double[] theta = draw < 0 ? law.fitted().theta() : law.thetas()[draw];
    return law.fitted().law().loss(path.at(flops), theta);
  }

  double degreesOfFreedom() {
    return Math.min(a.degreesOfFreedom(), b.degreesOfFreedom());
  }
}
