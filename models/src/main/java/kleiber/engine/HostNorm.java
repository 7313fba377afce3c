package kleiber.engine;

import java.util.Arrays;
import java.util.Optional;

final class HostNorm extends HostOperation {
  private final int f;
  private final int d;
  private final int groups;
  private final int sets;
  private final boolean centred;
  private final float epsilon;
  private final float[][] x;
  private final float[][] dx;
  private final float[][] gain;
  private final float[][] bias;
  private final float[][] y;
  private final float[][] dy;
  // By member, row and group, kept for the backward pass.
  private final float[][] means;
  private final float[][] scales;
  private final Partials dgain;
  private final Optional<Partials> dbias;

  HostNorm(Kernel.Norm k, HostMemory memory) {
    super(memory, k.y_RxF().rows());
    f = k.x_RxF().last();
    d = k.gain_GxD().last();
    groups = k.groups();
    sets = k.gain_GxD().rows();
    centred = k.centred();
    epsilon = (float) k.epsilon();
    x = memory.value(k.x_RxF());
    dx = memory.gradient(k.x_RxF());
    gain = memory.value(k.gain_GxD());
    bias = k.bias_GxD().map(memory::value).orElseGet(() -> new float[memory.members()][sets * d]);
    y = memory.value(k.y_RxF());
    dy = memory.gradient(k.y_RxF());
    means = new float[memory.members()][k.x_RxF().rows() * groups];
    scales = new float[memory.members()][k.x_RxF().rows() * groups];
    memory.needScratch(d);
    dgain = partials(k, 1, memory);
    dbias = k.bias_GxD().map(_ -> partials(k, 2, memory));
  }

  @Override
  void forward(int member, int tile, HostScratch scratch) {
    float[] row = scratch.first;
    float[] g = scratch.second;
    float[] b = scratch.third;
    for (int set = 0; set < sets; set++) {
      System.arraycopy(gain[member], set * d, g, 0, d);
      System.arraycopy(bias[member], set * d, b, 0, d);
      for (int r = from(tile); r < to(tile); r++) {
        for (int group = firstGroup(set); group < firstGroup(set + 1); group++) {
          System.arraycopy(x[member], r * f + group * d, row, 0, d);
          normalize(member, r * groups + group, row);
          for (int i = 0; i < d; i++) {
            row[i] = row[i] * g[i] + b[i];
          }
          System.arraycopy(row, 0, y[member], r * f + group * d, d);
        }
      }
    }
    for (int r = from(tile); r < to(tile) && groups * d < f; r++) {
      int rest = r * f + groups * d;
      System.arraycopy(x[member], rest, y[member], rest, f - groups * d);
    }
  }

  private void normalize(int member, int statistic, float[] row) {
    float mean = centred ? Reductions.sum(row, 0, d) / d : 0;
    for (int i = 0; i < d; i++) {
      row[i] -= mean;
    }
    float scale = (float) (1 / Math.sqrt(Reductions.dot(row, 0, row, 0, d) / d + epsilon));
    for (int i = 0; i < d; i++) {
      row[i] *= scale;
    }
    means[member][statistic] = mean;
    scales[member][statistic] = scale;
  }

  @Override
  void backward(int member, int tile, boolean[] add, HostScratch scratch) {
    float[] g = scratch.third;
    float[] dg = scratch.fourth;
    float[] db = scratch.fifth;
    for (int set = 0; set < sets; set++) {
      System.arraycopy(gain[member], set * d, g, 0, d);
      Arrays.fill(dg, 0, d, 0);
      Arrays.fill(db, 0, d, 0);
      for (int r = from(tile); r < to(tile); r++) {
        for (int group = firstGroup(set); group < firstGroup(set + 1); group++) {
          int at = r * f + group * d;
          differentiate(member, r * groups + group, at, scratch);
          give(scratch.second, dx[member], at, d, add[0], scratch.sixth);
        }
      }
      System.arraycopy(dg, 0, dgain.of(member, tile), set * d, d);
      if (dbias.isPresent()) {
        System.arraycopy(db, 0, dbias.get().of(member, tile), set * d, d);
      }
    }
    for (int r = from(tile); r < to(tile) && groups * d < f; r++) {
      pass(dy[member], dx[member], r * f + groups * d, (r + 1) * f, add[0]);
    }
  }

  /** Leaves what x gets in the second buffer and adds to the sums for gain and bias. */
  private void differentiate(int member, int statistic, int at, HostScratch scratch) {
    float[] normalized = scratch.first;
    float[] gradient = scratch.second;
    float[] g = scratch.third;
    float[] dg = scratch.fourth;
    float[] db = scratch.fifth;
    float mean = means[member][statistic];
    float scale = scales[member][statistic];
    System.arraycopy(x[member], at, normalized, 0, d);
    System.arraycopy(dy[member], at, gradient, 0, d);
    for (int i = 0; i < d; i++) {
      normalized[i] = (normalized[i] - mean) * scale;
      dg[i] += gradient[i] * normalized[i];
      db[i] += gradient[i];
      gradient[i] *= g[i];
    }
    float centre = centred ? Reductions.sum(gradient, 0, d) / d : 0;
    float slope = Reductions.dot(gradient, 0, normalized, 0, d) / d;
    for (int i = 0; i < d; i++) {
      gradient[i] = scale * (gradient[i] - centre - normalized[i] * slope);
    }
  }

  /** First group that uses a set of gains. */
  private int firstGroup(int set) {
    return Math.ceilDiv(set * groups, sets);
  }
}
