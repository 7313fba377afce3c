package kleiber.engine.cuda;

import kleiber.engine.Kernel;
import kleiber.engine.Tensor;
import kleiber.engine.cuda.driver.CudaStream;
import kleiber.engine.cuda.driver.Launch.Grid;

/** Rows of a table. A token's gradient is summed in the order of its rows. */
final class CudaEmbedding extends CudaOperation {
  private static final int THREADS = 256;

  private final Kernel.Embedding k;
  private final int rows;
  private final int width;

  CudaEmbedding(Kernel.Embedding k, CudaMemory memory, CudaStream stream) {
    super(memory, stream);
    this.k = k;
    rows = k.tokens_BxT().size();
    width = k.y_BxTxD().last();
  }

  @Override
  void forward() {
    eachOfMember(
        "embedding",
        "embedding_forward",
        k.y_BxTxD().size(),
        memory.value(k.tokens_BxT()),
        memory.value(k.table_VxD()),
        memory.stride(k.table_VxD()),
        memory.value(k.y_BxTxD()),
        rows,
        width);
  }

  @Override
  void backward(boolean[] add) {
    Tensor table = k.table_VxD();
    if (!add[1]) {
      eachOfMember(
          "elementwise",
          "clear",
          table.size(),
          memory.gradient(table),
          memory.stride(table),
          table.size());
    }
    launch(
        "embedding",
        "embedding_backward",
        new Grid(rows, Math.ceilDiv(width, THREADS), members),
        THREADS,
        0,
        memory.value(k.tokens_BxT()),
        memory.gradient(k.y_BxTxD()),
        memory.gradient(table),
        memory.stride(table),
        rows,
        width);
  }
}
