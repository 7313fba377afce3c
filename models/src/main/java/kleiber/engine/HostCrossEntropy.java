package kleiber.engine;

import static kleiber.engine.Vectors.FLOATS;
import static kleiber.engine.Vectors.LANES;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;

/** Softmax and loss row by row; probabilities are never stored. */
final class HostCrossEntropy extends HostOperation {
  private final int v;
  private final float[][] logits;
  private final float[][] dlogits;
  private final int[][] targets;
  private final float[][] loss;
  // By member and row, kept for the backward pass.
  private final float[][] maxima;
  private final float[][] inverseSums;

  HostCrossEntropy(Kernel.CrossEntropy k, HostMemory memory) {
    super(memory, k.logits_BxTxV().rows());
    v = k.logits_BxTxV().last();
    logits = memory.value(k.logits_BxTxV());
    dlogits = memory.gradient(k.logits_BxTxV());
    targets = memory.tokens(k.targets_BxT());
    loss = memory.value(k.loss_BxT());
    maxima = new float[memory.members()][k.logits_BxTxV().rows()];
    inverseSums = new float[memory.members()][k.logits_BxTxV().rows()];
  }

  @Override
  void forward(int member, int tile, HostScratch scratch) {
    float[] in = logits[member];
    for (int r = from(tile); r < to(tile); r++) {
      float max = max(in, r * v);
      float sum = sum(in, r * v, max);
      maxima[member][r] = max;
      inverseSums[member][r] = 1 / sum;
      loss[member][r] = max - in[r * v + targets[member][r]] + (float) StrictMath.log(sum);
    }
  }

  /** The largest of a row that is a number. */
  private float max(float[] in, int at) {
    FloatVector max = FloatVector.broadcast(FLOATS, Float.NEGATIVE_INFINITY);
    for (int i = 0; i < v; i += LANES) {
      VectorMask<Float> lanes = FLOATS.indexInRange(i, v);
      FloatVector x = FloatVector.fromArray(FLOATS, in, at + i, lanes);
      max = max.blend(x, x.compare(VectorOperators.GT, max).and(lanes));
    }
    return Vectors.max(max).lane(0);
  }

  /** Σ e^(x − max) over a row. */
  private float sum(float[] in, int at, float max) {
    FloatVector sum = FloatVector.zero(FLOATS);
    for (int i = 0; i < v; i += LANES) {
      VectorMask<Float> lanes = FLOATS.indexInRange(i, v);
      FloatVector x = FloatVector.fromArray(FLOATS, in, at + i, lanes);
      sum = sum.add(Vectors.exponential(x.sub(max)), lanes);
    }
    return Vectors.sum(sum).lane(0);
  }

  @Override
  void backward(int member, int tile, boolean[] add, HostScratch scratch) {
    begin(dlogits[member], from(tile) * v, to(tile) * v, add[0]);
    float mean = 1f / targets[member].length;
    for (int r = from(tile); r < to(tile); r++) {
      float scale = inverseSums[member][r] * mean;
      differentiate(logits[member], dlogits[member], r * v, maxima[member][r], scale);
      dlogits[member][r * v + targets[member][r]] -= mean;
    }
  }

  private void differentiate(float[] in, float[] din, int at, float max, float scale) {
    for (int i = 0; i < v; i += LANES) {
      VectorMask<Float> lanes = FLOATS.indexInRange(i, v);
      FloatVector x = FloatVector.fromArray(FLOATS, in, at + i, lanes);
      FloatVector before = FloatVector.fromArray(FLOATS, din, at + i, lanes);
      Vectors.exponential(x.sub(max)).mul(scale).add(before).intoArray(din, at + i, lanes);
    }
  }
}
