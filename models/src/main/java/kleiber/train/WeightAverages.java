package kleiber.train;

import java.util.HashMap;
import java.util.Map;
import kleiber.engine.Kernels;
import kleiber.engine.Tensor;

/**
 * The averaged weights of a cohort's models. They lie in the program's memory, as precise as the
 * engine's own numbers, so that a snapshot keeps them to the last bit.
 */
final class WeightAverages {
  private final WeightAverage settings;
  private final Kernels kernels;

  /** By parameter and model. */
  private final Map<Tensor, double[][]> averages = new HashMap<>();

  WeightAverages(WeightAverage settings, Kernels kernels) {
    this.settings = settings;
    this.kernels = kernels;
    for (Tensor parameter : kernels.program().parameters()) {
      averages.put(parameter, new double[kernels.members()][parameter.size()]);
    }
  }

  double[] read(Tensor parameter, int model) {
    return averages.get(parameter)[model].clone();
  }

  void write(Tensor parameter, int model, double[] values) {
    averages.get(parameter)[model] = values.clone();
  }

  /** Takes in the weights after a step, where an update follows it. */
  void update(long step) {
    if (!settings.follows(step)) {
      return;
    }
    double share = settings.share(step);
    averages.forEach(
        (parameter, models) -> {
          for (int model = 0; model < models.length; model++) {
            double[] weights = kernels.read(parameter, model);
            double[] average = models[model];
            for (int i = 0; i < average.length; i++) {
              double next = average[i] + share * (weights[i] - average[i]);
              average[i] = kernels.inDouble() ? next : (float) next;
            }
          }
        });
  }
}
