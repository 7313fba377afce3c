package kleiber.estimate;

import java.util.List;
import java.util.Optional;

/**
 * The quadratic bowl through the losses of one model and data size over (ln learning rate, ln
 * batch), fitted to the runs within a window above the lowest loss, and its optimum.
 *
 * @param learningRate at the optimum
 * @param batch at the optimum, tokens
 * @param loss at the optimum, nats per token
 * @param runs how many runs lay within the window
 * @param vertex whether the optimum means anything
 */
public record Bowl(double learningRate, double batch, double loss, int runs, Vertex vertex) {
  private static final int COEFFICIENTS = 6;

  /**
   * @param window highest loss that counts, above the lowest one, as a share: 0.02 for 2 %
   */
  public static Bowl fit(List<Trial> trials, double window) {
    if (!(window > 0)) {
      throw new IllegalArgumentException("The window is " + window + " but must be positive.");
    }
    double lowest =
        trials.stream()
            .mapToDouble(Trial::loss)
            .min()
            .orElseThrow(() -> new IllegalArgumentException("A bowl needs trials."));
    List<Trial> near =
        trials.stream().filter(trial -> trial.loss() <= lowest * (1 + window)).toList();
    double meanX = near.stream().mapToDouble(t -> Math.log(t.learningRate())).average().orElse(0);
    double meanY = near.stream().mapToDouble(t -> Math.log(t.batch())).average().orElse(0);
    double[][] rows =
        near.stream()
            .map(
                trial -> {
                  double x = Math.log(trial.learningRate()) - meanX;
                  double y = Math.log(trial.batch()) - meanY;
                  return new double[] {1, x, y, x * x, x * y, y * y};
                })
            .toArray(double[][]::new);
    double[] losses = near.stream().mapToDouble(Trial::loss).toArray();
    Optional<Regression> fitted = Regression.of(rows, losses, Regression.equal(rows.length));
    if (fitted.isEmpty()) {
      return new Bowl(Double.NaN, Double.NaN, Double.NaN, near.size(), Vertex.OPEN);
    }
    double[] c = fitted.get().coefficients();
    double determinant = 4 * c[3] * c[5] - c[4] * c[4];
    double x = (c[4] * c[2] - 2 * c[5] * c[1]) / determinant;
    double y = (c[4] * c[1] - 2 * c[3] * c[2]) / determinant;
    double learningRate = Math.exp(meanX + x);
    double batch = Math.exp(meanY + y);
    Vertex vertex;
    if (!(c[3] > 0 && determinant > 0)) {
      vertex = Vertex.CONCAVE;
    } else if (isOutside(trials, learningRate, batch)) {
      vertex = Vertex.EDGE;
    } else {
      vertex = near.size() > COEFFICIENTS ? Vertex.INSIDE : Vertex.OPEN;
    }
    return new Bowl(learningRate, batch, c[0] + (c[1] * x + c[2] * y) / 2, near.size(), vertex);
  }

  private static boolean isOutside(List<Trial> trials, double learningRate, double batch) {
    var rates = trials.stream().mapToDouble(Trial::learningRate).summaryStatistics();
    var batches = trials.stream().mapToDouble(Trial::batch).summaryStatistics();
    return learningRate < rates.getMin()
        || learningRate > rates.getMax()
        || batch < batches.getMin()
        || batch > batches.getMax();
  }
}
