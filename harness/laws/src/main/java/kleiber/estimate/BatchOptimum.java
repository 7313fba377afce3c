package kleiber.estimate;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import kleiber.fit.Interval;

/**
 * The batch of the lowest loss, when the learning rate is the best for each: B* = m D^r, from one
 * parabola in ln(batch) for all models and data sizes, whose curvature they share and whose minimum
 * moves with ln D. Intervals are Fieller's; where the losses show no curvature, they have no ends
 * and the best batch is not determined.
 *
 * @param curvature in ln(loss) per squared ln(batch), with Student's interval
 * @param exponent r
 * @param cells of N and D
 * @param degreesOfFreedom losses less what was fitted
 * @param scatter standard deviation of the relative losses about the parabolas
 */
public record BatchOptimum(
    Estimate curvature,
    Estimate exponent,
    int cells,
    int degreesOfFreedom,
    double scatter,
    double lnBatch,
    double lnTokens,
    double[] slopes,
    double[][] covariance) {
  private static final int LEAST_BATCHES = 3;

  private record Cell(double params, double tokens) {}

  /** Empty where too few cells have three batches with a best rate. */
  static Optional<BatchOptimum> of(List<RateLine> lines, double confidence) {
    List<Cell> cells =
        lines.stream()
            .map(line -> new Cell(line.params(), line.tokens()))
            .distinct()
            .filter(cell -> its(lines, cell).size() >= LEAST_BATCHES)
            .toList();
    List<RateLine> used = new ArrayList<>();
    cells.forEach(cell -> used.addAll(its(lines, cell)));
    double lnBatch = mean(used.stream().mapToDouble(line -> Math.log(line.batch())).toArray());
    double lnTokens = mean(used.stream().mapToDouble(line -> Math.log(line.tokens())).toArray());
    int columns = cells.size() + 3;
    double[][] rows = new double[used.size()][columns];
    double[] losses = new double[used.size()];
    for (int i = 0; i < rows.length; i++) {
      RateLine line = used.get(i);
      double y = Math.log(line.batch()) - lnBatch;
      rows[i][cells.indexOf(new Cell(line.params(), line.tokens()))] = 1;
      rows[i][columns - 3] = y;
      rows[i][columns - 2] = y * (Math.log(line.tokens()) - lnTokens);
      rows[i][columns - 1] = y * y;
      losses[i] = Math.log(line.loss());
    }
    return Regression.of(rows, losses, Regression.equal(rows.length))
        .filter(fit -> fit.degreesOfFreedom() > 0)
        .map(fit -> of(fit, cells.size(), lnBatch, lnTokens, confidence));
  }

  private static BatchOptimum of(
      Regression fit, int cells, double lnBatch, double lnTokens, double confidence) {
    double[] slopes = new double[3];
    double[][] covariance = new double[3][3];
    for (int j = 0; j < 3; j++) {
      slopes[j] = fit.coefficients()[cells + j];
      for (int k = 0; k < 3; k++) {
        covariance[j][k] = fit.variance() * fit.inverse()[cells + j][cells + k];
      }
    }
    double t = QuadraticMinimum.quantile(fit.degreesOfFreedom(), confidence);
    double half = t * Math.sqrt(covariance[2][2]);
    return new BatchOptimum(
        new Estimate(slopes[2], new Interval(slopes[2] - half, slopes[2] + half, confidence)),
        new Estimate(
            -slopes[1] / (2 * slopes[2]),
            QuadraticMinimum.fieller(
                slopes[1],
                slopes[2],
                covariance[1][1],
                covariance[1][2],
                covariance[2][2],
                t,
                confidence)),
        cells,
        fit.degreesOfFreedom(),
        Math.sqrt(fit.variance()),
        lnBatch,
        lnTokens,
        slopes,
        covariance);
  }

  /** Whether the losses curve upward in ln(batch) at all, by more than their scatter. */
  public boolean isDetermined() {
    return curvature.interval().low() > 0;
  }

  /** B* at D tokens, in tokens. */
  public Estimate at(double tokens, double confidence) {
    double x = Math.log(tokens) - lnTokens;
    double b = slopes[0] + slopes[1] * x;
    Interval ln =
        QuadraticMinimum.fieller(
            b,
            slopes[2],
            covariance[0][0] + 2 * x * covariance[0][1] + x * x * covariance[1][1],
            covariance[0][2] + x * covariance[1][2],
            covariance[2][2],
            QuadraticMinimum.quantile(degreesOfFreedom, confidence),
            confidence);
    return new Estimate(
        Math.exp(lnBatch - b / (2 * slopes[2])),
        new Interval(Math.exp(lnBatch + ln.low()), Math.exp(lnBatch + ln.high()), confidence));
  }

  private static List<RateLine> its(List<RateLine> lines, Cell cell) {
    return lines.stream()
        .filter(line -> line.params() == cell.params && line.tokens() == cell.tokens)
        .toList();
  }

  private static double mean(double[] values) {
    double sum = 0;
    for (double value : values) {
      sum += value;
    }
    return sum / values.length;
  }
}
