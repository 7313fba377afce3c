package kleiber.fit;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import kleiber.laws.Observation;
import kleiber.laws.Scale;

/**
 * How far runs that differ in their seed alone lie apart, by scale: σ(N, D) = σ0 (N/N0)^b (D/D0)^c
 * for ln L. Fitted by maximum likelihood to the variances within cells (a gamma model with a
 * logarithmic link; McCullagh and Nelder 1989, chapter 8); of few cells, one σ for all.
 *
 * @param atReference σ0, standard deviation of ln L at the reference scale
 * @param byParams b
 * @param byTokens c
 * @param params N0, geometric mean over cells
 * @param tokens D0, geometric mean over cells
 * @param cells number of scales with several seeds
 * @param degreesOfFreedom runs in those cells less cells
 */
public record NoiseModel(
    double atReference,
    double byParams,
    double byTokens,
    double params,
    double tokens,
    int cells,
    int degreesOfFreedom) {
  /** Cells from which the slopes are fitted too. */
  private static final int ENOUGH_CELLS = 8;

  private static final int ITERATIONS = 100;
  private static final double SMALL = 1e-10;
  private static final double SINGULAR = 1e-10;

  /** A cell: where it lies, the variance of ln L in it, and what that was measured with. */
  private record Cell(double lnN, double lnD, double variance, int degrees) {}

  /** The model of observations at scales that were run several times; empty where none was. */
  public static Optional<NoiseModel> of(List<Observation> observations) {
    List<Cell> cells = new ArrayList<>();
    for (int[] rows : Clusters.of(observations, Observation::at)) {
      Set<String> clusters = new HashSet<>();
      for (int row : rows) {
        clusters.add(observations.get(row).cluster());
      }
      if (clusters.size() > 1 && clusters.size() == rows.length) {
        cells.add(cell(rows, observations));
      }
    }
    return cells.isEmpty() ? Optional.empty() : Optional.of(fit(cells));
  }

  private static Cell cell(int[] rows, List<Observation> observations) {
    double sum = 0;
    double squares = 0;
    for (int row : rows) {
      double ln = Math.log(observations.get(row).loss());
      sum += ln;
      squares += ln * ln;
    }
    double mean = sum / rows.length;
    double variance = Math.max(0, squares - sum * mean) / (rows.length - 1);
    Scale at = observations.get(rows[0]).at();
    return new Cell(Math.log(at.params()), Math.log(at.tokens()), variance, rows.length - 1);
  }

  private static NoiseModel fit(List<Cell> cells) {
    double lnN = cells.stream().mapToDouble(Cell::lnN).average().orElseThrow();
    double lnD = cells.stream().mapToDouble(Cell::lnD).average().orElseThrow();
    int degrees = cells.stream().mapToInt(Cell::degrees).sum();
    double pooled =
        cells.stream().mapToDouble(cell -> cell.degrees * cell.variance).sum() / degrees;
    double[] ln = {Math.log(Math.max(pooled, Double.MIN_NORMAL)), 0, 0};
    if (cells.size() >= ENOUGH_CELLS && pooled > 0) {
      for (int iteration = 0; iteration < ITERATIONS; iteration++) {
        double[] step = score(cells, ln, lnN, lnD);
        double longest = 0;
        for (int j = 0; j < ln.length; j++) {
          ln[j] += step[j];
          longest = Math.max(longest, Math.abs(step[j]));
        }
        if (longest < SMALL) {
          break;
        }
      }
    }
    return new NoiseModel(
        Math.exp(ln[0] / 2),
        ln[1] / 2,
        ln[2] / 2,
        Math.exp(lnN),
        Math.exp(lnD),
        cells.size(),
        degrees);
  }

  /** A step of Fisher's scoring; slopes along an axis that does not vary stay zero. */
  private static double[] score(List<Cell> cells, double[] ln, double lnN, double lnD) {
    double[][] information = new double[3][3];
    double[] score = new double[3];
    for (Cell cell : cells) {
      double[] x = {1, cell.lnN - lnN, cell.lnD - lnD};
      double expected = Math.exp(ln[0] + ln[1] * x[1] + ln[2] * x[2]);
      for (int j = 0; j < 3; j++) {
        score[j] += cell.degrees * (cell.variance / expected - 1) * x[j];
        for (int k = 0; k < 3; k++) {
          information[j][k] += cell.degrees * x[j] * x[k];
        }
      }
    }
    return new Cholesky(information, SINGULAR).solve(score);
  }

  /** Standard deviation of ln L between seeds at a scale. */
  public double at(Scale at) {
    return atReference
        * Math.pow(at.params() / params, byParams)
        * Math.pow(at.tokens() / tokens, byTokens);
  }
}
