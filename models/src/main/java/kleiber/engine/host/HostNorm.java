package kleiber.engine.host;

import static kleiber.engine.host.Vectors.FLOATS;
import static kleiber.engine.host.Vectors.LANES;

import java.util.Arrays;
import java.util.Optional;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import kleiber.engine.Kernel;

final class HostNorm extends HostOperation {
  private final int f;
  private final int d;
  private final int groups;
  private final int sets;
  private final boolean centred;
  private final float epsilon;
  private final HostField x;
  private final HostField dx;
  private final float[][] gain;
  private final float[][] bias;
  private final HostField y;
  private final HostField dy;
  // By row and group, kept for the backward pass.
  private final HostField means;
  private final HostField scales;
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
    x = memory.values(k.x_RxF());
    dx = memory.gradients(k.x_RxF());
    gain = memory.weights(k.gain_GxD());
    bias = k.bias_GxD().map(memory::weights).orElseGet(() -> new float[memory.members()][sets * d]);
    y = memory.values(k.y_RxF());
    dy = memory.gradients(k.y_RxF());
    means = memory.field(k.x_RxF().rows(), groups);
    scales = memory.field(k.x_RxF().rows(), groups);
    memory.needScratch(sets * d);
    dgain = partials(k, 1, memory);
    dbias = k.bias_GxD().map(_ -> partials(k, 2, memory));
  }

  @Override
  void forward(HostTile tile, HostScratch scratch) {
    float[] in = x.array(tile);
    float[] out = y.array(tile);
    float[] g = gain[tile.member()];
    float[] b = bias[tile.member()];
    for (int r = 0; r < rows(tile); r++) {
      int from = x.at(tile) + r * f;
      int into = y.at(tile) + r * f;
      for (int group = 0; group < groups; group++) {
        int at = from + group * d;
        float mean = centred ? mean(in, at) : 0;
        float scale = (float) (1 / Math.sqrt(variance(in, at, mean) + epsilon));
        means.array(tile)[means.at(tile) + r * groups + group] = mean;
        scales.array(tile)[scales.at(tile) + r * groups + group] = scale;
        normalize(in, at, out, into + group * d, mean, scale, g, b, set(group));
      }
      pass(in, from + groups * d, out, into + groups * d, f - groups * d, false);
    }
  }

  /** Where the gains of a group begin. */
  private int set(int group) {
    return group * sets / groups * d;
  }

  private float mean(float[] x, int at) {
    FloatVector sum = FloatVector.zero(FLOATS);
    for (int i = 0; i < d; i += LANES) {
      sum = sum.add(FloatVector.fromArray(FLOATS, x, at + i, FLOATS.indexInRange(i, d)));
    }
    return Vectors.sum(sum).lane(0) / d;
  }

  private float variance(float[] x, int at, float mean) {
    FloatVector sum = FloatVector.zero(FLOATS);
    for (int i = 0; i < d; i += LANES) {
      VectorMask<Float> lanes = FLOATS.indexInRange(i, d);
      FloatVector off = FloatVector.fromArray(FLOATS, x, at + i, lanes).sub(mean);
      sum = sum.add(off.mul(off), lanes);
    }
    return Vectors.sum(sum).lane(0) / d;
  }

  private void normalize(
      float[] x,
      int at,
      float[] y,
      int into,
      float mean,
      float scale,
      float[] gain,
      float[] bias,
      int set) {
    for (int i = 0; i < d; i += LANES) {
      VectorMask<Float> lanes = FLOATS.indexInRange(i, d);
      FloatVector g = FloatVector.fromArray(FLOATS, gain, set + i, lanes);
      FloatVector b = FloatVector.fromArray(FLOATS, bias, set + i, lanes);
      FloatVector off = FloatVector.fromArray(FLOATS, x, at + i, lanes).sub(mean);
      off.mul(scale).fma(g, b).intoArray(y, into + i, lanes);
    }
  }

  @Override
  void backward(HostTile tile, boolean[] add, HostScratch scratch) {
    float[] in = x.array(tile);
    float[] din = dx.array(tile);
    float[] dout = dy.array(tile);
    begin(din, dx.at(tile), rows(tile) * f, add[0]);
    float[] g = gain[tile.member()];
    float[] dg = scratch.first;
    float[] db = scratch.second;
    Arrays.fill(dg, 0, sets * d, 0);
    Arrays.fill(db, 0, sets * d, 0);
    for (int r = 0; r < rows(tile); r++) {
      int from = x.at(tile) + r * f;
      int by = dy.at(tile) + r * f;
      int into = dx.at(tile) + r * f;
      for (int group = 0; group < groups; group++) {
        int off = group * d;
        int set = set(group);
        float mean = means.array(tile)[means.at(tile) + r * groups + group];
        float scale = scales.array(tile)[scales.at(tile) + r * groups + group];
        sumGains(in, from + off, dout, by + off, mean, scale, dg, db, set);
        differentiate(in, from + off, dout, by + off, din, into + off, mean, scale, g, set);
      }
      pass(dout, by + groups * d, din, into + groups * d, f - groups * d, true);
    }
    System.arraycopy(dg, 0, dgain.of(tile), 0, sets * d);
    dbias.ifPresent(partials -> System.arraycopy(db, 0, partials.of(tile), 0, sets * d));
  }

  private void sumGains(
      float[] x,
      int at,
      float[] dy,
      int by,
      float mean,
      float scale,
      float[] dg,
      float[] db,
      int set) {
    for (int i = 0; i < d; i += LANES) {
      VectorMask<Float> lanes = FLOATS.indexInRange(i, d);
      FloatVector normalized = FloatVector.fromArray(FLOATS, x, at + i, lanes).sub(mean).mul(scale);
      FloatVector gradient = FloatVector.fromArray(FLOATS, dy, by + i, lanes);
      FloatVector g = FloatVector.fromArray(FLOATS, dg, set + i, lanes);
      FloatVector b = FloatVector.fromArray(FLOATS, db, set + i, lanes);
      gradient.fma(normalized, g).intoArray(dg, set + i, lanes);
      gradient.add(b).intoArray(db, set + i, lanes);
    }
  }

  /** dx += scale · (g − mean(g) − n · mean(g n)), g = dy · gain, n = the normalized x. */
  private void differentiate(
      float[] x,
      int at,
      float[] dy,
      int by,
      float[] dx,
      int into,
      float mean,
      float scale,
      float[] gain,
      int set) {
    FloatVector sum = FloatVector.zero(FLOATS);
    FloatVector product = FloatVector.zero(FLOATS);
    for (int i = 0; i < d; i += LANES) {
      VectorMask<Float> lanes = FLOATS.indexInRange(i, d);
      FloatVector normalized = FloatVector.fromArray(FLOATS, x, at + i, lanes).sub(mean).mul(scale);
      FloatVector g =
          FloatVector.fromArray(FLOATS, dy, by + i, lanes)
              .mul(FloatVector.fromArray(FLOATS, gain, set + i, lanes));
      sum = sum.add(g);
      product = g.fma(normalized, product);
    }
    float centre = centred ? Vectors.sum(sum).lane(0) / d : 0;
    float slope = Vectors.sum(product).lane(0) / d;
    for (int i = 0; i < d; i += LANES) {
      VectorMask<Float> lanes = FLOATS.indexInRange(i, d);
      FloatVector normalized = FloatVector.fromArray(FLOATS, x, at + i, lanes).sub(mean).mul(scale);
      FloatVector g =
          FloatVector.fromArray(FLOATS, dy, by + i, lanes)
              .mul(FloatVector.fromArray(FLOATS, gain, set + i, lanes));
      FloatVector before = FloatVector.fromArray(FLOATS, dx, into + i, lanes);
      g.sub(centre)
          .sub(normalized.mul(slope))
          .mul(scale)
          .add(before)
          .intoArray(dx, into + i, lanes);
    }
  }
}
