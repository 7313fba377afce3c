package kleiber.estimate;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import kleiber.laws.Chinchilla;
import kleiber.laws.Observation;
import kleiber.laws.Scale;

/** Runs whose losses follow a known law, at equal compute or along whole curves. */
final class MadeBudgets {
  static final Chinchilla LAW = new Chinchilla();

  /** E, A, α, B, β. */
  static final double[] TRUTH = {1.8, 480, 0.35, 2100, 0.37};

  /** a = β / (α + β). */
  static final double A = TRUTH[4] / (TRUTH[2] + TRUTH[4]);

  private MadeBudgets() {}

  /**
   * Budgets from 1e18 FLOPs, each four times the one before, on sizes evenly spaced around the
   * optimum.
   *
   * @param halfWidth ln of the largest size over the middle one
   * @param drift what ln of the middle size gains on the optimum from budget to budget
   */
  static List<IsoFlop> isoFlops(
      int budgets, int sizes, double halfWidth, double drift, double noise, Random random) {
    List<IsoFlop> all = new ArrayList<>();
    for (int k = 0; k < budgets; k++) {
      double flops = 1e18 * Math.pow(4, k);
      double middle = LAW.optimum(flops, TRUTH).params() * Math.exp(drift * k);
      double[] params = new double[sizes];
      double[] tokens = new double[sizes];
      double[] losses = new double[sizes];
      for (int i = 0; i < sizes; i++) {
        params[i] = middle * Math.exp(halfWidth * (2.0 * i / (sizes - 1) - 1));
        tokens[i] = flops / 6 / params[i];
        losses[i] = LAW.loss(Scale.of(params[i], tokens[i]), TRUTH) + noise * random.nextGaussian();
      }
      all.add(new IsoFlop(flops, params, tokens, losses));
    }
    return all;
  }

  /** The same runs as observations, one cluster each. */
  static List<Observation> rows(List<IsoFlop> budgets) {
    List<Observation> rows = new ArrayList<>();
    for (IsoFlop budget : budgets) {
      for (int i = 0; i < budget.params().length; i++) {
        Scale at = new Scale(budget.params()[i], budget.tokens()[i], budget.flops(), Map.of());
        rows.add(row("run-" + rows.size(), at, budget.losses()[i]));
      }
    }
    return rows;
  }

  /** Training curves: sizes a constant factor apart, each with so many checkpoints. */
  static List<Observation> curves(int sizes, double noise, Random random) {
    List<Observation> rows = new ArrayList<>();
    for (int k = 0; k < sizes; k++) {
      double params = 2e7 * Math.pow(10, 2.0 * k / (sizes - 1));
      double ofRun = noise * random.nextGaussian();
      for (int checkpoint = 0; checkpoint < 30; checkpoint++) {
        Scale at = Scale.of(params, params * Math.exp(0.5 + 0.2 * checkpoint));
        rows.add(row("run-" + k, at, LAW.loss(at, TRUTH) + ofRun));
      }
    }
    return rows;
  }

  private static Observation row(String run, Scale at, double loss) {
    return new Observation(run, run, "made", 0, at, null, loss, Double.NaN);
  }
}
