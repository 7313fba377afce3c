package kleiber.engine;

import java.util.Arrays;
import java.util.stream.IntStream;

/** What kernels add to the objective that no loss shows, from the values that member 0 has. */
public final class Untold {
  private Untold() {}

  /** Of one kernel after its forward pass. */
  public static double objective(Kernel kernel, Kernels bound) {
    return switch (kernel) {
      case Kernel.CrossEntropy k -> {
        double[][] logits_RxV = rowsOf(k.logits_BxTxV(), bound);
        double[] losses_R = bound.read(k.loss_BxT(), 0); // 0 where nothing is scored
        double[][] scored =
            IntStream.range(0, losses_R.length)
                .filter(row -> losses_R[row] > 0)
                .mapToObj(row -> logits_RxV[row])
                .toArray(double[][]::new);
        yield k.zLoss() * meanSquare(scored, k.scale());
      }
      case ExpertKernel.Route k -> {
        double[][] logits_RxE = rowsOf(k.logits_BxTxE(), bound);
        yield k.balance() * imbalance(k, logits_RxE)
            + k.zLoss() * meanSquare(logits_RxE, k.scale());
      }
      default -> 0;
    };
  }

  private static double[][] rowsOf(Tensor tensor, Kernels bound) {
    double[] all = bound.read(tensor, 0);
    double[][] rows = new double[tensor.rows()][];
    Arrays.setAll(
        rows, row -> Arrays.copyOfRange(all, row * tensor.last(), (row + 1) * tensor.last()));
    return rows;
  }

  private static double partition(double[] logits, double scale) {
    return Arrays.stream(logits).map(logit -> Math.exp(scale * logit)).sum();
  }

  private static double meanSquare(double[][] rows, double scale) {
    return Arrays.stream(rows)
        .mapToDouble(row -> Math.pow(Math.log(partition(row, scale)), 2))
        .average()
        .orElse(0);
  }

  /** E Σ_e f_e p̄_e of each sequence, and of these the mean. */
  private static double imbalance(ExpertKernel.Route k, double[][] logits_RxE) {
    int positions = k.logits_BxTxE().shape().get(1);
    int experts = k.logits_BxTxE().last();
    double sum = 0;
    for (int first = 0; first < logits_RxE.length; first += positions) {
      for (int e = 0; e < experts; e++) {
        double share = 0;
        double probability = 0;
        for (int row = first; row < first + positions; row++) {
          double own = logits_RxE[row][e];
          long larger = Arrays.stream(logits_RxE[row]).filter(other -> other > own).count();
          share += larger < k.chosen() ? 1.0 / (k.chosen() * positions) : 0;
          probability +=
              Math.exp(k.scale() * own) / partition(logits_RxE[row], k.scale()) / positions;
        }
        sum += experts * share * probability;
      }
    }
    return sum / (logits_RxE.length / positions);
  }
}
