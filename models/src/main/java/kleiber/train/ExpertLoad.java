package kleiber.train;

import static kleiber.data.Settings.require;

import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import kleiber.data.Oracle;
import kleiber.data.SplitCorpus;
import kleiber.models.MixtureOfExperts;
import kleiber.models.ModelFamily;

/**
 * How evenly does a mixture use its experts? Told of the choices on held-out windows, as means over
 * the blocks with experts: {@code busiest}, those that fall on the busiest expert, as a multiple of
 * an even share (1 is even, and a mixture of E experts of which a token takes K has E / K at most);
 * and {@code idle}, the share of experts that no token chose.
 *
 * @param windows read, of the context's length
 */
public record ExpertLoad(int windows) implements Evaluation {
  public ExpertLoad {
    require(windows >= 1, "windows", windows, "at least 1");
  }

  @Override
  public void requireOf(ModelFamily model) {
    if (!(model instanceof MixtureOfExperts)) {
      throw new IllegalArgumentException(
          "ExpertLoad asks which experts tokens choose, and %s has none; leave it out"
              .formatted(model.getClass().getSimpleName()));
    }
  }

  @Override
  public Questions prepare(SplitCorpus corpus, Optional<Oracle> oracle, int context)
      throws IOException {
    int[][] excerpts = Excerpts.of(corpus.heldOut(), windows, context);
    return (models, stop) -> ask(excerpts, context, models, stop);
  }

  private Optional<Map<String, double[]>> ask(
      int[][] excerpts, int context, Answers models, StopSignal stop) {
    int batch = models.batch();
    double[][][] counts_RxMxE = {};
    for (int start = 0; start < windows; start += batch) {
      if (stop.stopped()) {
        return Optional.empty();
      }
      int[] inputs = new int[models.members() * batch * context];
      for (int row = 0; row < models.members() * batch; row++) {
        int[] ids = excerpts[Math.min(start + row % batch, windows - 1)];
        System.arraycopy(ids, 0, inputs, row * context, context);
      }
      List<double[][]> gates = models.gates(inputs);
      if (start == 0) {
        counts_RxMxE =
            gates.stream()
                .map(of -> new double[of.length][of[0].length / (batch * context)])
                .toArray(double[][][]::new);
      }
      int positions = Math.min(batch, windows - start) * context;
      for (int router = 0; router < counts_RxMxE.length; router++) {
        for (int member = 0; member < models.members(); member++) {
          double[] counts = counts_RxMxE[router][member];
          for (int i = 0; i < positions * counts.length; i++) {
            counts[i % counts.length] += gates.get(router)[member][i] == 0 ? 0 : 1;
          }
        }
      }
    }
    double[] busiest = new double[models.members()];
    double[] idle = new double[models.members()];
    for (double[][] counts_MxE : counts_RxMxE) {
      for (int member = 0; member < busiest.length; member++) {
        double[] counts = counts_MxE[member];
        double mean = Arrays.stream(counts).average().orElseThrow();
        busiest[member] += Arrays.stream(counts).max().orElseThrow() / mean / counts_RxMxE.length;
        double none = Arrays.stream(counts).filter(count -> count == 0).count();
        idle[member] += none / counts.length / counts_RxMxE.length;
      }
    }
    return Optional.of(Map.of("busiest", busiest, "idle", idle));
  }
}
