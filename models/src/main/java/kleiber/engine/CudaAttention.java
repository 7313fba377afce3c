package kleiber.engine;

import kleiber.engine.cuda.CudaStream;
import kleiber.engine.cuda.Launch.Grid;

/**
 * Causal attention by tiles, after Dao et al. 2022 (arXiv:2205.14135) and, for the backward pass
 * without atomic sums, one kernel for the queries and one for keys and values, each summing over
 * the other's tiles in order.
 */
final class CudaAttention extends CudaOperation {
  private static final int TILE = 32;
  private static final int THREADS = 64;
  private static final int WARPS = 4;
  private static final int LANES = 32;
  private static final int NARROWEST = 16;
  private static final int WIDEST = 256;

  private final Kernel.Attention k;
  private final int sequences;
  private final int positions;
  private final int width;
  private final int padded;
  private final CudaMemory.Region logSumExps;
  private final CudaMemory.Region deltas;

  CudaAttention(Kernel.Attention k, CudaMemory memory, CudaStream stream, int sharedMemory) {
    super(memory, stream);
    this.k = k;
    positions = k.qkv_BxTx3D().shape().get(1);
    sequences = k.qkv_BxTx3D().shape().getFirst();
    width = k.y_BxTxD().last() / k.heads();
    padded = Math.max(NARROWEST, 2 * Integer.highestOneBit(width - 1));
    if (width > WIDEST || sharedBytes(4) > sharedMemory) {
      throw new IllegalArgumentException(
          "heads of %d columns are wider than attention on this card can have; take more heads"
              .formatted(width));
    }
    long numbers = (long) Float.BYTES * members * sequences * k.heads() * positions;
    logSumExps = memory.reserve(numbers);
    deltas = memory.reserve(numbers);
  }

  /** Of so many tiles of rows, and one of weights. */
  private int sharedBytes(int tiles) {
    return Float.BYTES * (tiles * TILE * (padded + 4) + TILE * (TILE + 1));
  }

  private float scale() {
    return (float) (1 / Math.sqrt(width));
  }

  private Grid grid() {
    return new Grid((long) Math.ceilDiv(positions, TILE) * k.heads(), sequences, members);
  }

  @Override
  void forward() {
    launch(
        "attention",
        "attention_forward_" + padded,
        grid(),
        THREADS,
        sharedBytes(3),
        memory.value(k.qkv_BxTx3D()),
        memory.value(k.y_BxTxD()),
        logSumExps.address(),
        positions,
        k.heads(),
        width,
        scale());
  }

  @Override
  void backward(boolean[] add) {
    long size = (long) members * sequences * positions * k.heads();
    launch(
        "attention",
        "attention_deltas",
        new Grid(Math.ceilDiv(size, WARPS), 1, 1),
        WARPS * LANES,
        0,
        memory.value(k.y_BxTxD()),
        memory.gradient(k.y_BxTxD()),
        deltas.address(),
        positions,
        k.heads(),
        width,
        size);
    backward("attention_keys_", add[0]);
    backward("attention_queries_", add[0]);
  }

  private void backward(String kernel, boolean add) {
    launch(
        "attention",
        kernel + padded,
        grid(),
        THREADS,
        sharedBytes(4),
        memory.value(k.qkv_BxTx3D()),
        memory.gradient(k.y_BxTxD()),
        logSumExps.address(),
        deltas.address(),
        memory.gradient(k.qkv_BxTx3D()),
        flag(add),
        positions,
        k.heads(),
        width,
        scale());
  }
}
