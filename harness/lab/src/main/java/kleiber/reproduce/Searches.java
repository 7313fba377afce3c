package kleiber.reproduce;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import kleiber.estimate.Bowl;
import kleiber.estimate.HyperparameterLaw;
import kleiber.estimate.LogLinearLaw;
import kleiber.estimate.Trial;
import kleiber.estimate.Vertex;

/** Searches over learning rate and batch size, sorted by model and data size. */
final class Searches {
  /** Highest loss above the lowest that a bowl is fitted to, as a share. */
  static final double WINDOW = 0.02;

  private static final int DRAWS = 1000;
  private static final long SEED = 1;

  private Searches() {}

  /** The cells of a table of trials. */
  static List<HyperparameterLaw.Cell> cells(
      double[] params, double[] tokens, double[] rate, double[] batch, double[] loss) {
    record Size(double params, double tokens) {}
    Map<Size, List<Trial>> cells = new LinkedHashMap<>();
    for (int i = 0; i < loss.length; i++) {
      cells
          .computeIfAbsent(new Size(params[i], tokens[i]), size -> new ArrayList<>())
          .add(new Trial(rate[i], batch[i], loss[i]));
    }
    return cells.entrySet().stream()
        .map(
            cell ->
                new HyperparameterLaw.Cell(
                    cell.getKey().params, cell.getKey().tokens, cell.getValue()))
        .toList();
  }

  static long bowls(List<HyperparameterLaw.Cell> cells) {
    return cells.stream()
        .filter(cell -> Bowl.fit(cell.trials(), WINDOW).vertex() == Vertex.INSIDE)
        .count();
  }

  static HyperparameterLaw law(List<HyperparameterLaw.Cell> cells) {
    return HyperparameterLaw.fit(cells, DRAWS, SEED, 0.9);
  }

  /** Standard error of an exponent, over cells. */
  static double standardError(LogLinearLaw law, int exponent) {
    return Math.sqrt(law.covariance()[exponent + 1][exponent + 1]);
  }
}
