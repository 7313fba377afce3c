package kleiber.engine;

import static kleiber.engine.Vectors.FLOATS;
import static kleiber.engine.Vectors.LANES;

import java.util.Arrays;
import java.util.Optional;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;

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
    memory.needScratch(sets * d);
    dgain = partials(k, 1, memory);
    dbias = k.bias_GxD().map(_ -> partials(k, 2, memory));
  }

  @Override
  void forward(int member, int tile, HostScratch scratch) {
    for (int r = from(tile); r < to(tile); r++) {
      for (int group = 0; group < groups; group++) {
        int at = r * f + group * d;
        float mean = centred ? mean(x[member], at) : 0;
        float scale = (float) (1 / Math.sqrt(variance(x[member], at, mean) + epsilon));
        means[member][r * groups + group] = mean;
        scales[member][r * groups + group] = scale;
        normalize(x[member], y[member], at, mean, scale, gain[member], bias[member], set(group));
      }
      pass(x[member], y[member], r * f + groups * d, (r + 1) * f, false);
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
      float[] x, float[] y, int at, float mean, float scale, float[] gain, float[] bias, int set) {
    for (int i = 0; i < d; i += LANES) {
      VectorMask<Float> lanes = FLOATS.indexInRange(i, d);
      FloatVector g = FloatVector.fromArray(FLOATS, gain, set + i, lanes);
      FloatVector b = FloatVector.fromArray(FLOATS, bias, set + i, lanes);
      FloatVector off = FloatVector.fromArray(FLOATS, x, at + i, lanes).sub(mean);
      off.mul(scale).fma(g, b).intoArray(y, at + i, lanes);
    }
  }

  @Override
  void backward(int member, int tile, boolean[] add, HostScratch scratch) {
    begin(dx[member], from(tile) * f, to(tile) * f, add[0]);
    float[] dg = scratch.first;
    float[] db = scratch.second;
    Arrays.fill(dg, 0, sets * d, 0);
    Arrays.fill(db, 0, sets * d, 0);
    for (int r = from(tile); r < to(tile); r++) {
      for (int group = 0; group < groups; group++) {
        int at = r * f + group * d;
        int set = set(group);
        float mean = means[member][r * groups + group];
        float scale = scales[member][r * groups + group];
        sumGains(x[member], dy[member], at, mean, scale, dg, db, set);
        differentiate(x[member], dy[member], dx[member], at, mean, scale, gain[member], set);
      }
      pass(dy[member], dx[member], r * f + groups * d, (r + 1) * f, true);
    }
    System.arraycopy(dg, 0, dgain.of(member, tile), 0, sets * d);
    dbias.ifPresent(partials -> System.arraycopy(db, 0, partials.of(member, tile), 0, sets * d));
  }

  private void sumGains(
      float[] x, float[] dy, int at, float mean, float scale, float[] dg, float[] db, int set) {
    for (int i = 0; i < d; i += LANES) {
      VectorMask<Float> lanes = FLOATS.indexInRange(i, d);
      FloatVector normalized = FloatVector.fromArray(FLOATS, x, at + i, lanes).sub(mean).mul(scale);
      FloatVector gradient = FloatVector.fromArray(FLOATS, dy, at + i, lanes);
      FloatVector g = FloatVector.fromArray(FLOATS, dg, set + i, lanes);
      FloatVector b = FloatVector.fromArray(FLOATS, db, set + i, lanes);
      gradient.fma(normalized, g).intoArray(dg, set + i, lanes);
      gradient.add(b).intoArray(db, set + i, lanes);
    }
  }

  /** dx += scale · (g − mean(g) − n · mean(g n)), g = dy · gain, n = the normalized x. */
  private void differentiate(
      float[] x, float[] dy, float[] dx, int at, float mean, float scale, float[] gain, int set) {
    FloatVector sum = FloatVector.zero(FLOATS);
    FloatVector product = FloatVector.zero(FLOATS);
    for (int i = 0; i < d; i += LANES) {
      VectorMask<Float> lanes = FLOATS.indexInRange(i, d);
      FloatVector normalized = FloatVector.fromArray(FLOATS, x, at + i, lanes).sub(mean).mul(scale);
      FloatVector g =
          FloatVector.fromArray(FLOATS, dy, at + i, lanes)
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
          FloatVector.fromArray(FLOATS, dy, at + i, lanes)
              .mul(FloatVector.fromArray(FLOATS, gain, set + i, lanes));
      FloatVector before = FloatVector.fromArray(FLOATS, dx, at + i, lanes);
      g.sub(centre).sub(normalized.mul(slope)).mul(scale).add(before).intoArray(dx, at + i, lanes);
    }
  }
}
