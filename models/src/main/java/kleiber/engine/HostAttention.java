package kleiber.engine;

import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;
import kleiber.engine.Blas.Matrix;

/**
 * Causal attention by blocks of queries against all keys up to the block's last. Scores lie in a
 * worker's scratch only, transposed, [keys, queries]: each lane of a vector is a query, so that
 * maxima and sums over keys need no sums over lanes. The backward pass recomputes the probabilities
 * from each query's maximum and sum. What lies above the diagonal blocks is never computed.
 */
final class HostAttention extends HostOperation {
  private static final VectorSpecies<Float> SPECIES = Vectors.FLOATS;
  private static final int LANES = Vectors.LANES;
  private static final FloatVector LANE = Vectors.LANE;
  private static final int QUERIES = 2 * LANES;

  private final int positions;
  private final int heads;
  private final int d;
  private final int width;
  private final float scale;
  private final float[][] qkv;
  private final float[][] dqkv;
  private final float[][] y;
  private final float[][] dy;
  // By member, sequence, head and query, padded to whole blocks: what makes scores into
  // probabilities.
  private final float[][] maxima;
  private final float[][] inverseSums;
  private final int statistics;

  HostAttention(Kernel.Attention k, HostMemory memory) {
    super(memory, k.y_BxTxD().rows());
    positions = k.qkv_BxTx3D().shape().get(1);
    heads = k.heads();
    d = k.y_BxTxD().last();
    width = d / heads;
    scale = (float) (1 / Math.sqrt(width));
    qkv = memory.value(k.qkv_BxTx3D());
    dqkv = memory.gradient(k.qkv_BxTx3D());
    y = memory.value(k.y_BxTxD());
    dy = memory.gradient(k.y_BxTxD());
    statistics = Math.ceilDiv(positions, QUERIES) * QUERIES;
    int all = k.y_BxTxD().rows() / positions * heads * statistics;
    maxima = new float[memory.members()][all];
    inverseSums = new float[memory.members()][all];
    memory.needScratch(QUERIES * Math.max(positions, width));
  }

  private interface BlockBody {
    void run(int sequence, int head, int first, int queries, int statistic);
  }

  private void eachBlock(int tile, BlockBody body) {
    for (int sequence = from(tile); sequence < to(tile); sequence += positions) {
      for (int head = 0; head < heads; head++) {
        int statistic = (sequence / positions * heads + head) * statistics;
        for (int first = 0; first < positions; first += QUERIES) {
          int queries = Math.min(QUERIES, positions - first);
          body.run(sequence, head, first, queries, statistic + first);
        }
      }
    }
  }

  @Override
  void forward(int member, int tile, HostScratch scratch) {
    eachBlock(
        tile,
        (sequence, head, first, queries, statistic) -> {
          int keys = first + queries;
          Matrix q_QxE = queries(qkv, member, sequence, head, first);
          Matrix s_KxQ = new Matrix(scratch.first, 0, QUERIES);
          Matrix q_ExQ = new Matrix(scratch.second, 0, QUERIES);
          transpose(q_QxE, queries, scale, scratch.second);
          Matrix k_KxE = keys(qkv, member, sequence, head);
          VectorProducts.multiply(keys, QUERIES, width, k_KxE, q_ExQ, false, s_KxQ);
          for (int lane = 0; lane < QUERIES; lane += LANES) {
            soften(
                scratch.first, lane, first, keys, maxima[member], inverseSums[member], statistic);
          }
          Matrix v_KxE = values(qkv, member, sequence, head);
          Matrix y_QxE = new Matrix(y[member], (sequence + first) * d + head * width, d);
          VectorProducts.multiply(queries, width, keys, s_KxQ.transpose(), v_KxE, false, y_QxE);
          for (int q = 0; q < queries; q++) {
            scale(y[member], y_QxE.offset() + q * d, inverseSums[member][statistic + q]);
          }
        });
  }

  /** Scores of one vector of queries become e^(score − maximum), 0 where the key comes later. */
  static void soften(
      float[] s_KxQ, int lane, int first, int keys, float[] maxima, float[] inverseSums, int at) {
    FloatVector max = FloatVector.broadcast(SPECIES, Float.NEGATIVE_INFINITY);
    for (int key = 0; key < first; key++) {
      FloatVector score = FloatVector.fromArray(SPECIES, s_KxQ, key * QUERIES + lane);
      max = max.blend(score, score.compare(VectorOperators.GT, max));
    }
    for (int key = first; key < keys; key++) {
      FloatVector score = FloatVector.fromArray(SPECIES, s_KxQ, key * QUERIES + lane);
      VectorMask<Float> larger = score.compare(VectorOperators.GT, max);
      max =
          max.blend(
              score, larger.and(LANE.compare(VectorOperators.GE, (float) (key - first - lane))));
    }
    FloatVector sum = FloatVector.zero(SPECIES);
    for (int key = 0; key < first; key++) {
      FloatVector score = FloatVector.fromArray(SPECIES, s_KxQ, key * QUERIES + lane);
      FloatVector e = Vectors.exponentialBelow(score.sub(max));
      e.intoArray(s_KxQ, key * QUERIES + lane);
      sum = sum.add(e);
    }
    for (int key = first; key < keys; key++) {
      FloatVector score = FloatVector.fromArray(SPECIES, s_KxQ, key * QUERIES + lane);
      FloatVector e = Vectors.exponential(score.sub(max));
      e =
          FloatVector.zero(SPECIES)
              .blend(e, LANE.compare(VectorOperators.GE, (float) (key - first - lane)));
      e.intoArray(s_KxQ, key * QUERIES + lane);
      sum = sum.add(e);
    }
    max.intoArray(maxima, at + lane);
    FloatVector.broadcast(SPECIES, 1).div(sum).intoArray(inverseSums, at + lane);
  }

  @Override
  void backward(int member, int tile, boolean[] add, HostScratch scratch) {
    begin(dqkv[member], from(tile) * 3 * d, to(tile) * 3 * d, add[0]);
    Matrix p_KxQ = new Matrix(scratch.first, 0, QUERIES);
    Matrix dp_KxQ = new Matrix(scratch.second, 0, QUERIES);
    Matrix spare_ExQ = new Matrix(scratch.third, 0, QUERIES);
    eachBlock(
        tile,
        (sequence, head, first, queries, statistic) -> {
          int keys = first + queries;
          Matrix q_QxE = queries(qkv, member, sequence, head, first);
          Matrix k_KxE = keys(qkv, member, sequence, head);
          Matrix v_KxE = values(qkv, member, sequence, head);
          Matrix dy_QxE = new Matrix(dy[member], (sequence + first) * d + head * width, d);
          transpose(q_QxE, queries, scale, spare_ExQ.array());
          VectorProducts.multiply(keys, QUERIES, width, k_KxE, spare_ExQ, false, p_KxQ);
          transpose(dy_QxE, queries, 1, spare_ExQ.array());
          VectorProducts.multiply(keys, QUERIES, width, v_KxE, spare_ExQ, false, dp_KxQ);
          for (int lane = 0; lane < QUERIES; lane += LANES) {
            differentiate(
                p_KxQ.array(),
                dp_KxQ.array(),
                lane,
                first,
                keys,
                FloatVector.fromArray(SPECIES, maxima[member], statistic + lane),
                FloatVector.fromArray(SPECIES, inverseSums[member], statistic + lane));
          }
          VectorProducts.multiply(
              keys, width, queries, p_KxQ, dy_QxE, true, values(dqkv, member, sequence, head));
          VectorProducts.multiply(
              keys, width, queries, dp_KxQ, q_QxE, true, keys(dqkv, member, sequence, head));
          VectorProducts.multiply(
              queries,
              width,
              keys,
              dp_KxQ.transpose(),
              k_KxE,
              true,
              queries(dqkv, member, sequence, head, first));
        });
  }

  /**
   * For one vector of queries: scores become probabilities p, and their gradients dp become those
   * of the products q · k, scale · p (dp − Σ p dp).
   */
  private void differentiate(
      float[] p_KxQ,
      float[] dp_KxQ,
      int lane,
      int first,
      int keys,
      FloatVector max,
      FloatVector inverseSum) {
    FloatVector expected = FloatVector.zero(SPECIES);
    for (int key = 0; key < first; key++) {
      int at = key * QUERIES + lane;
      FloatVector score = FloatVector.fromArray(SPECIES, p_KxQ, at);
      FloatVector p = Vectors.exponentialBelow(score.sub(max)).mul(inverseSum);
      p.intoArray(p_KxQ, at);
      expected = p.fma(FloatVector.fromArray(SPECIES, dp_KxQ, at), expected);
    }
    for (int key = first; key < keys; key++) {
      int at = key * QUERIES + lane;
      FloatVector score = FloatVector.fromArray(SPECIES, p_KxQ, at);
      FloatVector p = Vectors.exponential(score.sub(max)).mul(inverseSum);
      p =
          FloatVector.zero(SPECIES)
              .blend(p, LANE.compare(VectorOperators.GE, (float) (key - first - lane)));
      p.intoArray(p_KxQ, at);
      expected = p.fma(FloatVector.fromArray(SPECIES, dp_KxQ, at), expected);
    }
    for (int key = 0; key < keys; key++) {
      int at = key * QUERIES + lane;
      FloatVector p = FloatVector.fromArray(SPECIES, p_KxQ, at);
      FloatVector dp = FloatVector.fromArray(SPECIES, dp_KxQ, at);
      p.mul(scale).mul(dp.sub(expected)).intoArray(dp_KxQ, at);
    }
  }

  /** [queries, E] to scale times its transpose, [E, QUERIES], the columns beyond being 0. */
  private void transpose(Matrix x_QxE, int queries, float scale, float[] x_ExQ) {
    if (queries < QUERIES) {
      Arrays.fill(x_ExQ, 0, width * QUERIES, 0);
    }
    float[] x = x_QxE.array();
    for (int q = 0; q < queries; q++) {
      int at = x_QxE.offset() + q * x_QxE.stride();
      for (int e = 0; e < width; e++) {
        x_ExQ[e * QUERIES + q] = x[at + e] * scale;
      }
    }
  }

  private void scale(float[] y, int at, float by) {
    for (int e = 0; e < width; e++) {
      y[at + e] *= by;
    }
  }

  private Matrix queries(float[][] of, int member, int sequence, int head, int first) {
    return new Matrix(of[member], (sequence + first) * 3 * d + head * width, 3 * d);
  }

  private Matrix keys(float[][] of, int member, int sequence, int head) {
    return new Matrix(of[member], sequence * 3 * d + d + head * width, 3 * d);
  }

  private Matrix values(float[][] of, int member, int sequence, int head) {
    return new Matrix(of[member], sequence * 3 * d + 2 * d + head * width, 3 * d);
  }
}
