package kleiber.estimate;

import java.util.Map;
import kleiber.fit.FittedLaw;
import kleiber.laws.Chinchilla;
import kleiber.laws.Scale;

/** How compute is divided into parameters and tokens: laws are compared along one such path. */
@FunctionalInterface
public interface ComputePath {
  /** The scale of so many FLOPs. */
  Scale at(double flops);

  /** So many training tokens for each parameter, at C = 6ND. */
  static ComputePath tokensPerParameter(double ratio) {
    if (!(ratio > 0)) {
      throw new IllegalArgumentException(
          "Tokens per parameter are " + ratio + " but must be positive; 20 is usual.");
    }
    return flops -> {
      double params = Math.sqrt(flops / (6 * ratio));
      return new Scale(params, ratio * params, flops, Map.of());
    };
  }

  /** The best division by a fitted law. */
  static ComputePath optimum(FittedLaw fitted) {
    if (!(fitted.law() instanceof Chinchilla law)) {
      throw new IllegalArgumentException(
          "The compute-optimal path is known for "
              + new Chinchilla().formula()
              + " but the law fitted is "
              + fitted.law().formula()
              + "; give tokens per parameter instead.");
    }
    return flops -> {
      Chinchilla.Optimum optimum = law.optimum(flops, fitted.theta());
      return new Scale(optimum.params(), optimum.tokens(), flops, Map.of());
    };
  }
}
