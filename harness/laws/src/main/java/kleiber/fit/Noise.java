package kleiber.fit;

import java.util.List;
import kleiber.laws.Observation;

/**
 * How far measured losses lie from a fitted law.
 *
 * @param residuals ln measured − ln predicted of each row
 * @param degreesOfFreedom what the noise is measured with: rows, each counted for what it adds to
 *     the others of its cluster, less parameters; at least one
 * @param inflation what residuals are multiplied by to undo what the parameters took from them
 * @param deviation standard deviation of ln L of one new row
 */
record Noise(double[] residuals, double degreesOfFreedom, double inflation, double deviation) {
  static Noise of(FittedLaw fitted, List<Observation> observations, List<int[]> clusters) {
    double[] residuals =
        observations.stream()
            .mapToDouble(row -> Math.log(row.loss() / fitted.loss(row.at())))
            .toArray();
    double squares = 0;
    for (double residual : residuals) {
      squares += residual * residual;
    }
    double rows = effectiveRows(residuals, squares, clusters);
    double degreesOfFreedom = Math.max(1, rows - fitted.theta().length);
    double inflation = Math.sqrt(rows / degreesOfFreedom);
    double deviation = inflation * Math.sqrt(squares / residuals.length);
    return new Noise(residuals, degreesOfFreedom, inflation, deviation);
  }

  /**
   * Rows divided by the design effect 1 + (m − 1) ρ (Kish 1965): m is the usual size of a cluster
   * and ρ the correlation of residuals within it.
   */
  private static double effectiveRows(double[] residuals, double squares, List<int[]> clusters) {
    double products = 0;
    double pairs = 0;
    for (int[] rows : clusters) {
      double sum = 0;
      double own = 0;
      for (int row : rows) {
        sum += residuals[row];
        own += residuals[row] * residuals[row];
      }
      products += sum * sum - own;
      pairs += (double) rows.length * (rows.length - 1);
    }
    if (pairs == 0 || squares == 0) {
      return residuals.length;
    }
    double correlation = products / pairs / (squares / residuals.length);
    double others = pairs / residuals.length;
    return residuals.length / (1 + others * Math.max(0, Math.min(1, correlation)));
  }
}
