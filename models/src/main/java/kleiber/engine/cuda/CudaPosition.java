package kleiber.engine.cuda;

import kleiber.engine.Kernel;
import kleiber.engine.cuda.driver.CudaStream;

/**
 * Learned positions. The table's gradient is a sum over sequences, which are the rows of [B, T ·
 * D].
 */
final class CudaPosition extends CudaOperation {
  private final Kernel.Position k;
  private final int sequences;
  private final Chunks chunks;

  CudaPosition(Kernel.Position k, CudaMemory memory, CudaStream stream) {
    super(memory, stream);
    this.k = k;
    sequences = k.x_BxTxD().shape().getFirst();
    chunks = Chunks.of(sequences);
    memory.needScratch(chunks.bytes(members, k.table_TxD().size()));
  }

  @Override
  void forward() {
    bulk(
        "elementwise",
        "repeated_add",
        k.y_BxTxD().size(),
        memory.value(k.x_BxTxD()),
        memory.value(k.table_TxD()),
        memory.stride(k.table_TxD()),
        k.table_TxD().size(),
        memory.value(k.y_BxTxD()),
        flag(false),
        k.y_BxTxD().size());
  }

  @Override
  void backward(boolean[] add) {
    long dy = memory.gradient(k.y_BxTxD());
    int size = k.y_BxTxD().size();
    bulk(
        "elementwise", "pass_gradient", size, dy, memory.gradient(k.x_BxTxD()), flag(add[0]), size);
    int columns = k.table_TxD().size();
    sumChunks(
        "sums",
        "column_sums",
        chunks,
        columns,
        dy,
        flag(false),
        columns,
        memory.scratch(),
        sequences,
        columns,
        chunks.rowsOfChunk());
    gather(memory.scratch(), chunks.count(), k.table_TxD(), add[1]);
  }
}
