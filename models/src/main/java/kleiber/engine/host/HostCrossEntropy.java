package kleiber.engine.host;

import static kleiber.engine.host.Vectors.FLOATS;
import static kleiber.engine.host.Vectors.LANES;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import kleiber.engine.Kernel;

/** Softmax and loss row by row; probabilities are never stored. */
final class HostCrossEntropy extends HostOperation {
  private final int v;
  private final float scale;
  private final double zLoss;
  private final int scored;
  private final HostField logits;
  private final HostField dlogits;
  private final int[][] targets;
  private final HostField loss;
  // By row, kept for the backward pass.
  private final HostField maxima;
  private final HostField inverseSums;

  HostCrossEntropy(Kernel.CrossEntropy k, HostMemory memory) {
    super(memory, k.logits_BxTxV().rows());
    v = k.logits_BxTxV().last();
    scale = (float) k.scale();
    zLoss = k.zLoss();
    scored = k.scored();
    logits = memory.values(k.logits_BxTxV());
    dlogits = memory.gradients(k.logits_BxTxV());
    targets = memory.tokens(k.targets_BxT());
    loss = memory.values(k.loss_BxT());
    maxima = memory.field(k.logits_BxTxV().rows(), 1);
    inverseSums = memory.field(k.logits_BxTxV().rows(), 1);
  }

  @Override
  void forward(HostTile tile, HostScratch scratch) {
    float[] in = logits.array(tile);
    for (int r = 0; r < rows(tile); r++) {
      int target = targets[tile.member()][first(tile) + r];
      if (target == Kernel.CrossEntropy.UNSCORED) {
        loss.array(tile)[loss.at(tile) + r] = 0;
        continue;
      }
      int at = logits.at(tile) + r * v;
      float max = max(in, at);
      float sum = sum(in, at, max);
      maxima.array(tile)[maxima.at(tile) + r] = max;
      inverseSums.array(tile)[inverseSums.at(tile) + r] = 1 / sum;
      loss.array(tile)[loss.at(tile) + r] =
          scale * (max - in[at + target]) + (float) StrictMath.log(sum);
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

  /** Σ e^(scale · (x − max)) over a row. */
  private float sum(float[] in, int at, float max) {
    FloatVector sum = FloatVector.zero(FLOATS);
    for (int i = 0; i < v; i += LANES) {
      VectorMask<Float> lanes = FLOATS.indexInRange(i, v);
      FloatVector x = FloatVector.fromArray(FLOATS, in, at + i, lanes);
      sum = sum.add(Vectors.exponential(x.sub(max).mul(scale)), lanes);
    }
    return Vectors.sum(sum).lane(0);
  }

  @Override
  void backward(HostTile tile, boolean[] add, HostScratch scratch) {
    int[] ids = targets[tile.member()];
    float[] din = dlogits.array(tile);
    begin(din, dlogits.at(tile), rows(tile) * v, add[0]);
    float mean = scale / scored;
    for (int r = 0; r < rows(tile); r++) {
      int target = ids[first(tile) + r];
      if (target == Kernel.CrossEntropy.UNSCORED) {
        continue;
      }
      float max = maxima.array(tile)[maxima.at(tile) + r];
      float inverse = inverseSums.array(tile)[inverseSums.at(tile) + r];
      float weight = inverse * mean;
      if (zLoss != 0) {
        weight *= (float) (1 + 2 * zLoss * (scale * max - StrictMath.log(inverse)));
      }
      int into = dlogits.at(tile) + r * v;
      differentiate(logits.array(tile), logits.at(tile) + r * v, din, into, max, weight);
      din[into + target] -= mean;
    }
  }

  private void differentiate(float[] in, int at, float[] din, int into, float max, float weight) {
    for (int i = 0; i < v; i += LANES) {
      VectorMask<Float> lanes = FLOATS.indexInRange(i, v);
      FloatVector x = FloatVector.fromArray(FLOATS, in, at + i, lanes);
      FloatVector before = FloatVector.fromArray(FLOATS, din, into + i, lanes);
      Vectors.exponential(x.sub(max).mul(scale))
          .mul(weight)
          .add(before)
          .intoArray(din, into + i, lanes);
    }
  }
}
