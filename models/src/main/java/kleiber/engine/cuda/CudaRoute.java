package kleiber.engine.cuda;

import kleiber.engine.ExpertKernel;
import kleiber.engine.cuda.driver.CudaStream;
import kleiber.engine.cuda.driver.Launch.Grid;

/** The router; a thread takes a row. */
final class CudaRoute extends CudaOperation {
  private static final int THREADS = 256;

  private final ExpertKernel.Route k;
  private final int experts;
  private final int sequences;
  private final int positions;
  private final long rows;
  private final CudaMemory.Region probabilities;
  private final CudaMemory.Region logSums;
  private final CudaMemory.Region shares;

  CudaRoute(ExpertKernel.Route k, CudaMemory memory, CudaStream stream) {
    super(memory, stream);
    this.k = k;
    experts = k.logits_BxTxE().last();
    sequences = members * k.logits_BxTxE().shape().get(0);
    positions = k.logits_BxTxE().shape().get(1);
    rows = (long) sequences * positions;
    probabilities = memory.reserve(Float.BYTES * rows * experts);
    logSums = memory.reserve(Float.BYTES * rows);
    shares = memory.reserve((long) Float.BYTES * sequences * experts);
  }

  @Override
  void forward() {
    each(
        "experts",
        "route_forward",
        rows,
        memory.value(k.logits_BxTxE()),
        memory.value(k.gates_BxTxE()),
        probabilities.address(),
        logSums.address(),
        experts,
        k.chosen(),
        flag(k.renormalized()),
        (float) k.scale(),
        rows);
  }

  @Override
  void backward(boolean[] add) {
    launch(
        "experts",
        "route_shares",
        new Grid(sequences, experts, 1),
        THREADS,
        0,
        memory.value(k.logits_BxTxE()),
        shares.address(),
        experts,
        k.chosen(),
        positions);
    double rowsOfMember = k.logits_BxTxE().rows();
    each(
        "experts",
        "route_backward",
        rows,
        memory.value(k.logits_BxTxE()),
        memory.value(k.gates_BxTxE()),
        memory.gradient(k.gates_BxTxE()),
        probabilities.address(),
        logSums.address(),
        shares.address(),
        memory.gradient(k.logits_BxTxE()),
        flag(add[0]),
        experts,
        k.chosen(),
        flag(k.renormalized()),
        positions,
        (float) k.scale(),
        (float) (k.balance() * experts / rowsOfMember),
        (float) (2 * k.zLoss() / rowsOfMember),
        rows);
  }
}
