package kleiber.engine.host;

import java.util.Arrays;
import java.util.function.Consumer;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;
import kleiber.engine.Kernel;
import kleiber.engine.blas.Blas.Matrix;

/**
 * Attention by blocks of queries against all keys that any of them sees. Scores lie in a worker's
 * scratch only, transposed, [keys, queries]: each lane of a vector is a query, so that maxima and
 * sums over keys need no sums over lanes. The backward pass recomputes the probabilities from each
 * query's maximum and sum. Keys that no query of a block sees are left out: in causal attention
 * those that come later, and those before the first window.
 */
final class HostAttention extends HostOperation {
  private static final VectorSpecies<Float> SPECIES = Vectors.FLOATS;
  private static final int LANES = Vectors.LANES;
  private static final FloatVector LANE = Vectors.LANE;
  private static final int QUERIES = 2 * LANES;

  private final int positions;
  private final int heads;
  private final int sharing;
  private final boolean causal;
  private final int window;
  private final int d;
  private final int width;
  private final int pitch;
  private final int valuesFrom;
  private final float scale;
  private final HostField qkv;
  private final HostField dqkv;
  private final HostField y;
  private final HostField dy;
  // By sequence, head and query, padded to whole blocks: what makes scores into probabilities.
  private final HostField maxima;
  private final HostField inverseSums;
  private final int padded;

  HostAttention(Kernel.Attention k, HostMemory memory) {
    super(memory, k.y_BxTxD().rows());
    positions = k.qkv_BxTxF().shape().get(1);
    heads = k.heads();
    sharing = k.sharing();
    causal = k.causal();
    window = k.window();
    d = k.y_BxTxD().last();
    width = k.headWidth();
    pitch = k.qkv_BxTxF().last();
    valuesFrom = d + k.keyHeads() * width;
    scale = (float) k.scale();
    qkv = memory.values(k.qkv_BxTxF());
    dqkv = memory.gradients(k.qkv_BxTxF());
    y = memory.values(k.y_BxTxD());
    dy = memory.gradients(k.y_BxTxD());
    padded = Math.ceilDiv(positions, QUERIES) * QUERIES;
    int sequences = k.y_BxTxD().rows() / positions;
    maxima = memory.field(sequences, heads * padded);
    inverseSums = memory.field(sequences, heads * padded);
    memory.needScratch(QUERIES * Math.max(positions, width));
  }

  /**
   * A block of queries of one head.
   *
   * @param first of its queries
   * @param from the first position that one of them sees
   * @param to what follows the last
   */
  private record Block(int sequence, int head, int first, int queries, int from, int to) {
    int keys() {
      return to - from;
    }
  }

  /** What the queries of a block see of its keys. */
  private Keys seen(Block block) {
    if (!causal) {
      return new Keys(block.keys(), 0, block.keys(), window);
    }
    int last = block.first + QUERIES - 1;
    int common = Math.clamp((long) last - window + 1, block.from, block.first);
    return new Keys(block.keys(), common - block.from, block.first - block.from, window);
  }

  /**
   * What a block sees of its keys, counted from the first.
   *
   * @param count of them
   * @param common the first that all of its queries see
   * @param first the first that not all see since it comes later than some
   */
  record Keys(int count, int common, int first, int window) {
    /** Whether queries see a key, by lane. */
    private VectorMask<Float> seen(int key, int lane) {
      int later = key - first - lane;
      VectorMask<Float> causal = LANE.compare(VectorOperators.GE, (float) later);
      return causal.and(LANE.compare(VectorOperators.LT, (float) ((long) later + window)));
    }
  }

  private void eachBlock(HostTile tile, Consumer<Block> body) {
    for (int sequence = 0; sequence < rows(tile) / positions; sequence++) {
      for (int head = 0; head < heads; head++) {
        for (int first = 0; first < positions; first += QUERIES) {
          int queries = Math.min(QUERIES, positions - first);
          int from = causal ? (int) Math.max(0, (long) first - window + 1) : 0;
          int to = causal ? first + queries : positions;
          body.accept(new Block(sequence, head, first, queries, from, to));
        }
      }
    }
  }

  private int statistic(HostField field, HostTile tile, Block block) {
    return field.at(tile) + (block.sequence * heads + block.head) * padded + block.first;
  }

  @Override
  void forward(HostTile tile, HostScratch scratch) {
    eachBlock(tile, block -> forward(tile, block, scratch));
  }

  private void forward(HostTile tile, Block block, HostScratch scratch) {
    Matrix s_KxQ = new Matrix(scratch.first, 0, QUERIES);
    Matrix q_ExQ = new Matrix(scratch.second, 0, QUERIES);
    transpose(queries(qkv, tile, block), block.queries, scale, q_ExQ.array());
    VectorProducts.multiply(
        block.keys(), QUERIES, width, keys(qkv, tile, block), q_ExQ, false, s_KxQ);
    float[] max = maxima.array(tile);
    float[] inverse = inverseSums.array(tile);
    int at = statistic(maxima, tile, block);
    for (int lane = 0; lane < QUERIES; lane += LANES) {
      soften(s_KxQ.array(), lane, seen(block), max, inverse, at);
    }
    Matrix y_QxE = columns(y, tile, block);
    Matrix v_KxE = values(qkv, tile, block);
    VectorProducts.multiply(
        block.queries, width, block.keys(), s_KxQ.transpose(), v_KxE, false, y_QxE);
    for (int q = 0; q < block.queries; q++) {
      scale(y_QxE.array(), y_QxE.offset() + q * d, inverse[at + q]);
    }
  }

  /** Scores of one vector of queries become e^(score − maximum), 0 where a key is not seen. */
  static void soften(
      float[] s_KxQ, int lane, Keys keys, float[] maxima, float[] inverseSums, int at) {
    FloatVector max = FloatVector.broadcast(SPECIES, Float.NEGATIVE_INFINITY);
    for (int key = 0; key < keys.common; key++) {
      max = largest(max, s_KxQ, key, lane, keys);
    }
    for (int key = keys.common; key < keys.first; key++) {
      FloatVector score = FloatVector.fromArray(SPECIES, s_KxQ, key * QUERIES + lane);
      max = max.blend(score, score.compare(VectorOperators.GT, max));
    }
    for (int key = keys.first; key < keys.count; key++) {
      max = largest(max, s_KxQ, key, lane, keys);
    }
    FloatVector sum = FloatVector.zero(SPECIES);
    for (int key = 0; key < keys.common; key++) {
      sum = sum.add(exponential(max, s_KxQ, key, lane, keys));
    }
    for (int key = keys.common; key < keys.first; key++) {
      FloatVector score = FloatVector.fromArray(SPECIES, s_KxQ, key * QUERIES + lane);
      FloatVector e = Vectors.exponentialBelow(score.sub(max));
      e.intoArray(s_KxQ, key * QUERIES + lane);
      sum = sum.add(e);
    }
    for (int key = keys.first; key < keys.count; key++) {
      sum = sum.add(exponential(max, s_KxQ, key, lane, keys));
    }
    max.intoArray(maxima, at + lane);
    FloatVector.broadcast(SPECIES, 1).div(sum).intoArray(inverseSums, at + lane);
  }

  private static FloatVector largest(FloatVector max, float[] s_KxQ, int key, int lane, Keys keys) {
    FloatVector score = FloatVector.fromArray(SPECIES, s_KxQ, key * QUERIES + lane);
    return max.blend(score, score.compare(VectorOperators.GT, max).and(keys.seen(key, lane)));
  }

  private static FloatVector exponential(
      FloatVector max, float[] s_KxQ, int key, int lane, Keys keys) {
    FloatVector score = FloatVector.fromArray(SPECIES, s_KxQ, key * QUERIES + lane);
    FloatVector e =
        FloatVector.zero(SPECIES).blend(Vectors.exponential(score.sub(max)), keys.seen(key, lane));
    e.intoArray(s_KxQ, key * QUERIES + lane);
    return e;
  }

  @Override
  void backward(HostTile tile, boolean[] add, HostScratch scratch) {
    begin(dqkv.array(tile), dqkv.at(tile), rows(tile) * pitch, add[0]);
    eachBlock(tile, block -> backward(tile, block, scratch));
  }

  private void backward(HostTile tile, Block block, HostScratch scratch) {
    int keys = block.keys();
    int queries = block.queries;
    Matrix p_KxQ = new Matrix(scratch.first, 0, QUERIES);
    Matrix dp_KxQ = new Matrix(scratch.second, 0, QUERIES);
    Matrix spare_ExQ = new Matrix(scratch.third, 0, QUERIES);
    Matrix q_QxE = queries(qkv, tile, block);
    Matrix k_KxE = keys(qkv, tile, block);
    Matrix v_KxE = values(qkv, tile, block);
    Matrix dy_QxE = columns(dy, tile, block);
    transpose(q_QxE, queries, scale, spare_ExQ.array());
    VectorProducts.multiply(keys, QUERIES, width, k_KxE, spare_ExQ, false, p_KxQ);
    transpose(dy_QxE, queries, 1, spare_ExQ.array());
    VectorProducts.multiply(keys, QUERIES, width, v_KxE, spare_ExQ, false, dp_KxQ);
    float[] max = maxima.array(tile);
    float[] inverse = inverseSums.array(tile);
    int at = statistic(maxima, tile, block);
    for (int lane = 0; lane < QUERIES; lane += LANES) {
      differentiate(p_KxQ.array(), dp_KxQ.array(), lane, seen(block), max, inverse, at + lane);
    }
    Matrix dv_KxE = values(dqkv, tile, block);
    Matrix dk_KxE = keys(dqkv, tile, block);
    Matrix dq_QxE = queries(dqkv, tile, block);
    VectorProducts.multiply(keys, width, queries, p_KxQ, dy_QxE, true, dv_KxE);
    VectorProducts.multiply(keys, width, queries, dp_KxQ, q_QxE, true, dk_KxE);
    VectorProducts.multiply(queries, width, keys, dp_KxQ.transpose(), k_KxE, true, dq_QxE);
  }

  /**
   * For one vector of queries: scores become probabilities p, and their gradients dp become those
   * of the products q · k, scale · p (dp − Σ p dp).
   */
  private void differentiate(
      float[] p_KxQ,
      float[] dp_KxQ,
      int lane,
      Keys keys,
      float[] maxima,
      float[] inverseSums,
      int statistic) {
    FloatVector max = FloatVector.fromArray(SPECIES, maxima, statistic);
    FloatVector inverseSum = FloatVector.fromArray(SPECIES, inverseSums, statistic);
    FloatVector expected = FloatVector.zero(SPECIES);
    for (int key = 0; key < keys.common; key++) {
      expected = masked(p_KxQ, dp_KxQ, key, lane, keys, max, inverseSum, expected);
    }
    for (int key = keys.common; key < keys.first; key++) {
      int at = key * QUERIES + lane;
      FloatVector score = FloatVector.fromArray(SPECIES, p_KxQ, at);
      FloatVector p = Vectors.exponentialBelow(score.sub(max)).mul(inverseSum);
      p.intoArray(p_KxQ, at);
      expected = p.fma(FloatVector.fromArray(SPECIES, dp_KxQ, at), expected);
    }
    for (int key = keys.first; key < keys.count; key++) {
      expected = masked(p_KxQ, dp_KxQ, key, lane, keys, max, inverseSum, expected);
    }
    for (int key = 0; key < keys.count; key++) {
      int at = key * QUERIES + lane;
      FloatVector p = FloatVector.fromArray(SPECIES, p_KxQ, at);
      FloatVector dp = FloatVector.fromArray(SPECIES, dp_KxQ, at);
      p.mul(scale).mul(dp.sub(expected)).intoArray(dp_KxQ, at);
    }
  }

  /** One key's probabilities, 0 where it is not seen; what is expected so far with them. */
  private static FloatVector masked(
      float[] p_KxQ,
      float[] dp_KxQ,
      int key,
      int lane,
      Keys keys,
      FloatVector max,
      FloatVector inverseSum,
      FloatVector expected) {
    int at = key * QUERIES + lane;
    FloatVector score = FloatVector.fromArray(SPECIES, p_KxQ, at);
    FloatVector e = Vectors.exponential(score.sub(max)).mul(inverseSum);
    FloatVector p = FloatVector.zero(SPECIES).blend(e, keys.seen(key, lane));
    p.intoArray(p_KxQ, at);
    return p.fma(FloatVector.fromArray(SPECIES, dp_KxQ, at), expected);
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

  private Matrix queries(HostField of, HostTile tile, Block block) {
    return part(of, tile, block, block.first, block.head * width);
  }

  private Matrix keys(HostField of, HostTile tile, Block block) {
    return part(of, tile, block, block.from, d + block.head / sharing * width);
  }

  private Matrix values(HostField of, HostTile tile, Block block) {
    return part(of, tile, block, block.from, valuesFrom + block.head / sharing * width);
  }

  private Matrix part(HostField of, HostTile tile, Block block, int position, int column) {
    int row = block.sequence * positions + position;
    return new Matrix(of.array(tile), of.at(tile) + row * pitch + column, pitch);
  }

  /** A head's columns of the block's rows. */
  private Matrix columns(HostField of, HostTile tile, Block block) {
    int row = block.sequence * positions + block.first;
    return new Matrix(of.array(tile), of.at(tile) + row * d + block.head * width, d);
  }
}
