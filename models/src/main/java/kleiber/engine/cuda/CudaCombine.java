package kleiber.engine.cuda;

import kleiber.engine.ExpertKernel;
import kleiber.engine.cuda.driver.CudaStream;
import kleiber.engine.cuda.driver.Launch.Grid;

/** Sums over slots, weighted by gates; the forward pass notes the slots' experts for both. */
final class CudaCombine extends CudaOperation {
  private static final int THREADS = 256;
  private static final int ROWS_OF_BLOCK = 8;

  private final ExpertKernel.Combine k;
  private final long rows;
  private final CudaMemory.Region choices;

  CudaCombine(ExpertKernel.Combine k, CudaMemory memory, CudaStream stream) {
    super(memory, stream);
    this.k = k;
    rows = (long) members * k.y_BxTxD().rows();
    choices = memory.reserve(Integer.BYTES * rows * k.slots());
  }

  @Override
  void forward() {
    each(
        "experts",
        "expert_choices",
        rows,
        memory.value(k.gates_BxTxE()),
        choices.address(),
        k.gates_BxTxE().last(),
        k.slots(),
        rows);
    each(
        "experts",
        "combine_forward",
        all(k.y_BxTxD()),
        memory.value(k.x_BxTxKxD()),
        memory.value(k.gates_BxTxE()),
        choices.address(),
        memory.value(k.y_BxTxD()),
        k.gates_BxTxE().last(),
        k.slots(),
        k.y_BxTxD().last(),
        all(k.y_BxTxD()));
  }

  @Override
  void backward(boolean[] add) {
    launch(
        "experts",
        "combine_backward",
        new Grid(Math.ceilDiv(rows, ROWS_OF_BLOCK), 1, 1),
        THREADS,
        0,
        memory.value(k.x_BxTxKxD()),
        memory.value(k.gates_BxTxE()),
        choices.address(),
        memory.gradient(k.y_BxTxD()),
        memory.gradient(k.x_BxTxKxD()),
        flag(add[0]),
        memory.gradient(k.gates_BxTxE()),
        flag(add[1]),
        k.gates_BxTxE().last(),
        k.slots(),
        k.y_BxTxD().last(),
        rows);
  }
}
