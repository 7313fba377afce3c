package kleiber.design;

import java.util.ArrayList;
import java.util.List;
import java.util.function.ToDoubleFunction;
import kleiber.fit.FittedLaw;
import kleiber.fit.LawFitter;
import kleiber.fit.LeastSquares;
import kleiber.fit.Outcome;
import kleiber.laws.Axis;
import kleiber.laws.Chinchilla;
import kleiber.laws.Law;
import kleiber.laws.Observation;
import kleiber.laws.PowerLaw;
import kleiber.laws.Scale;
import kleiber.laws.Typical;

/**
 * Constants to plan with where nothing was measured yet: a law as studies find it, moved to the
 * sizes at hand. What studies find in the middle of their sizes is supposed in the middle of these:
 * the same shares of the loss for the floor, for finite models and for finite data, and the same
 * exponents.
 */
public final class UsualConstants {
  /** Besiroglu et al. 2024, arXiv:2404.10102: E, A, α, B, β of the 240 runs of Chinchilla. */
  private static final double[] CHINCHILLA = {1.816864, 482.0057, 0.347813, 2085.4342, 0.365854};

  /** E, A and α of its compute frontier, C in FLOPs. */
  private static final double[] FRONTIER = {1.816864, 2708, 0.1783};

  private static final List<Axis> AXES =
      List.of(Axis.params(1e8, 1e10), Axis.tokens(2e9, 2e11), Axis.flops(1.2e18, 1.2e22));

  private UsualConstants() {}

  /**
   * The constants of a law, in its order.
   *
   * @param scales the middle of which is the middle of the usual
   * @throws IllegalArgumentException when nobody has said what is usual for the law
   */
  public static double[] of(Law law, List<Scale> scales) {
    List<Axis> axes = law instanceof Typical known ? known.axes() : AXES;
    double params = factor(axes, "params", scales, Scale::params);
    double tokens = factor(axes, "tokens", scales, Scale::tokens);
    double flops = factor(axes, "flops", scales, Scale::flops);
    double[] usual = usual(law);
    List<Observation> made = new ArrayList<>();
    for (Scale at : scales) {
      Scale theirs =
          new Scale(at.params() * params, at.tokens() * tokens, at.flops() * flops, at.extra());
      double loss = law.loss(theirs, usual);
      made.add(new Observation("made", "made", "made", 0, at, null, loss, Double.NaN));
    }
    FittedLaw moved = new LawFitter(new LeastSquares()).fit(law, made);
    if (moved.outcome() == Outcome.FAILED) {
      throw new IllegalArgumentException(
          "The usual constants of "
              + law.formula()
              + " cannot be moved to these sizes; give a law that was fitted.");
    }
    return moved.theta();
  }

  private static double[] usual(Law law) {
    if (law instanceof Typical known) {
      return known.typical();
    }
    if (law instanceof Chinchilla) {
      return CHINCHILLA.clone();
    }
    if (law instanceof PowerLaw) {
      return FRONTIER.clone();
    }
    throw new IllegalArgumentException(
        "No constants are usual for " + law.formula() + "; give a law that was fitted.");
  }

  /** What these sizes are multiplied by to be a study's; one where the law does not ask. */
  private static double factor(
      List<Axis> axes, String name, List<Scale> scales, ToDoubleFunction<Scale> size) {
    double ln = scales.stream().mapToDouble(size).map(Math::log).average().orElseThrow();
    return axes.stream()
        .filter(axis -> axis.name().equals(name))
        .mapToDouble(axis -> Math.sqrt(axis.low() * axis.high()) / Math.exp(ln))
        .findFirst()
        .orElse(1);
  }
}
