package kleiber.engine;

import java.util.Arrays;
import kleiber.engine.Blas.Matrix;

/**
 * Causal attention by blocks of queries against all keys up to the block's last: scores live in a
 * worker's scratch only, and what lies above the diagonal blocks is never computed. The backward
 * pass recomputes the probabilities from each row's maximum and sum.
 */
final class HostAttention extends HostOperation {
  private static final int QUERIES = 64;

  private final int positions;
  private final int heads;
  private final int d;
  private final int width;
  private final float scale;
  private final float[][] qkv;
  private final float[][] dqkv;
  private final float[][] y;
  private final float[][] dy;
  // By member, head, and row: what makes scores into probabilities.
  private final float[][] maxima;
  private final float[][] inverseSums;

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
    maxima = new float[memory.members()][k.y_BxTxD().rows() * heads];
    inverseSums = new float[memory.members()][k.y_BxTxD().rows() * heads];
    memory.needScratch(Math.min(QUERIES, positions) * positions);
  }

  @Override
  void forward(int member, int tile, HostScratch scratch) {
    for (int sequence = from(tile); sequence < to(tile); sequence += positions) {
      for (int head = 0; head < heads; head++) {
        for (int first = 0; first < positions; first += QUERIES) {
          int queries = Math.min(QUERIES, positions - first);
          forward(member, sequence, head, first, queries, scratch);
        }
      }
    }
  }

  private void forward(
      int member, int sequence, int head, int first, int queries, HostScratch scratch) {
    int keys = first + queries;
    float[] p = scratch.first;
    scores(member, sequence, head, first, queries, p);
    int statistic = (sequence * heads) + head * positions + first;
    for (int q = 0; q < queries; q++) {
      float max = Reductions.max(p, q * keys, first + q + 1);
      maxima[member][statistic + q] = max;
      subtract(p, q * keys, keys, max);
    }
    scratch.exponential.apply(p, 0, queries * keys);
    mask(p, first, queries);
    Matrix p_QxK = new Matrix(p, 0, keys);
    Matrix out_QxE = new Matrix(y[member], (sequence + first) * d + head * width, d);
    Blas.multiply(queries, width, keys, 1, p_QxK, values(qkv, member, sequence, head), 0, out_QxE);
    for (int q = 0; q < queries; q++) {
      float inverse = 1 / Reductions.sum(p, q * keys, first + q + 1);
      inverseSums[member][statistic + q] = inverse;
      int at = (sequence + first + q) * d + head * width;
      for (int i = at; i < at + width; i++) {
        y[member][i] *= inverse;
      }
    }
  }

  @Override
  void backward(int member, int tile, boolean[] add, HostScratch scratch) {
    begin(dqkv[member], from(tile) * 3 * d, to(tile) * 3 * d, add[0]);
    for (int sequence = from(tile); sequence < to(tile); sequence += positions) {
      for (int head = 0; head < heads; head++) {
        for (int first = 0; first < positions; first += QUERIES) {
          int queries = Math.min(QUERIES, positions - first);
          backward(member, sequence, head, first, queries, scratch);
        }
      }
    }
  }

  private void backward(
      int member, int sequence, int head, int first, int queries, HostScratch scratch) {
    int keys = first + queries;
    float[] p = scratch.first;
    float[] dp = scratch.second;
    scores(member, sequence, head, first, queries, p);
    int statistic = (sequence * heads) + head * positions + first;
    for (int q = 0; q < queries; q++) {
      subtract(p, q * keys, keys, maxima[member][statistic + q]);
    }
    scratch.exponential.apply(p, 0, queries * keys);
    for (int q = 0; q < queries; q++) {
      float inverse = inverseSums[member][statistic + q];
      for (int i = q * keys; i < (q + 1) * keys; i++) {
        p[i] *= inverse;
      }
    }
    mask(p, first, queries);
    int at = (sequence + first) * d + head * width;
    Matrix p_QxK = new Matrix(p, 0, keys);
    Matrix dp_QxK = new Matrix(dp, 0, keys);
    Matrix dy_QxE = new Matrix(dy[member], at, d);
    Blas.multiply(
        keys,
        width,
        queries,
        1,
        p_QxK.transpose(),
        dy_QxE,
        1,
        values(dqkv, member, sequence, head));
    Matrix v_ExK = values(qkv, member, sequence, head).transpose();
    Blas.multiply(queries, keys, width, 1, dy_QxE, v_ExK, 0, dp_QxK);
    for (int q = 0; q < queries; q++) {
      float expected = Reductions.dot(dy[member], at + q * d, y[member], at + q * d, width);
      for (int i = q * keys; i < (q + 1) * keys; i++) {
        dp[i] = p[i] * (dp[i] - expected);
      }
    }
    Matrix k_KxE = keys(qkv, member, sequence, head);
    Matrix q_QxE = queries(qkv, member, sequence, head, first);
    Blas.multiply(
        queries,
        width,
        keys,
        scale,
        dp_QxK,
        k_KxE,
        1,
        queries(dqkv, member, sequence, head, first));
    Blas.multiply(
        keys,
        width,
        queries,
        scale,
        dp_QxK.transpose(),
        q_QxE,
        1,
        keys(dqkv, member, sequence, head));
  }

  private void scores(int member, int sequence, int head, int first, int queries, float[] scores) {
    int keys = first + queries;
    Matrix q_QxE = queries(qkv, member, sequence, head, first);
    Matrix k_ExK = keys(qkv, member, sequence, head).transpose();
    Blas.multiply(queries, keys, width, scale, q_QxE, k_ExK, 0, new Matrix(scores, 0, keys));
  }

  private static void subtract(float[] row, int from, int length, float value) {
    for (int i = from; i < from + length; i++) {
      row[i] -= value;
    }
  }

  /** Clears what lies above the diagonal. */
  private static void mask(float[] p, int first, int queries) {
    int keys = first + queries;
    for (int q = 0; q < queries; q++) {
      Arrays.fill(p, q * keys + first + q + 1, (q + 1) * keys, 0);
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
