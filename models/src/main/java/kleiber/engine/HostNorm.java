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
    dgain = partials(k, 1, memory);
    dbias = k.bias_GxD().map(_ -> partials(k, 2, memory));
  }

  @Override
  void forward(int member, int tile, HostScratch scratch) {
    for (int r = from(tile); r < to(tile); r++) {
      for (int group = 0; group < groups; group++) {
        normalize(member, r * groups + group, r * f + group * d, set(group) * d);
      }
      int rest = r * f + groups * d;
      System.arraycopy(x[member], rest, y[member], rest, f - groups * d);
    }
  }

  private void normalize(int member, int statistic, int at, int column) {
    float[] in = x[member];
    float[] out = y[member];
    float[] g = gain[member];
    float[] b = bias[member];
    float mean = centred ? Reductions.sum(in, at, d) / d : 0;
    for (int i = 0; i < d; i++) {
      out[at + i] = in[at + i] - mean;
    }
    float scale = (float) (1 / Math.sqrt(Reductions.dot(out, at, out, at, d) / d + epsilon));
    for (int i = 0; i < d; i++) {
      out[at + i] = out[at + i] * scale * g[column + i] + b[column + i];
    }
    means[member][statistic] = mean;
    scales[member][statistic] = scale;
  }

  @Override
  void backward(int member, int tile, boolean[] add, HostScratch scratch) {
    begin(dx[member], from(tile) * f, to(tile) * f, add[0]);
    Arrays.fill(dgain.of(member, tile), 0);
    dbias.ifPresent(sums -> Arrays.fill(sums.of(member, tile), 0));
    for (int r = from(tile); r < to(tile); r++) {
      for (int group = 0; group < groups; group++) {
        differentiate(member, tile, r * groups + group, r * f + group * d, set(group) * d);
      }
      pass(dy[member], dx[member], r * f + groups * d, (r + 1) * f, true);
    }
  }

  private void differentiate(int member, int tile, int statistic, int at, int column) {
    float[] in = x[member];
    float[] din = dx[member];
    float[] dout = dy[member];
    float[] g = gain[member];
    float[] dg = dgain.of(member, tile);
    float mean = means[member][statistic];
    float scale = scales[member][statistic];
    float gradient0 = 0, gradient1 = 0, gradient2 = 0, gradient3 = 0;
    float product0 = 0, product1 = 0, product2 = 0, product3 = 0;
    int i = 0;
    for (; i < d - 3; i += 4) {
      float a0 = dout[at + i] * g[column + i];
      float a1 = dout[at + i + 1] * g[column + i + 1];
      float a2 = dout[at + i + 2] * g[column + i + 2];
      float a3 = dout[at + i + 3] * g[column + i + 3];
      gradient0 += a0;
      gradient1 += a1;
      gradient2 += a2;
      gradient3 += a3;
      product0 = Math.fma(a0, in[at + i] - mean, product0);
      product1 = Math.fma(a1, in[at + i + 1] - mean, product1);
      product2 = Math.fma(a2, in[at + i + 2] - mean, product2);
      product3 = Math.fma(a3, in[at + i + 3] - mean, product3);
    }
    for (; i < d; i++) {
      float a = dout[at + i] * g[column + i];
      gradient0 += a;
      product0 = Math.fma(a, in[at + i] - mean, product0);
    }
    float centre = centred ? ((gradient0 + gradient1) + (gradient2 + gradient3)) / d : 0;
    float slope = ((product0 + product1) + (product2 + product3)) / d * scale;
    for (int j = 0; j < d; j++) {
      float normalized = (in[at + j] - mean) * scale;
      din[at + j] += scale * (dout[at + j] * g[column + j] - centre - normalized * slope);
      dg[column + j] += dout[at + j] * normalized;
    }
    if (dbias.isPresent()) {
      float[] db = dbias.get().of(member, tile);
      for (int j = 0; j < d; j++) {
        db[column + j] += dout[at + j];
      }
    }
  }

  private int set(int group) {
    return group * sets / groups;
  }
}
