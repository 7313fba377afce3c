package kleiber.engine.cuda;

import kleiber.engine.Kernel;
import kleiber.engine.cuda.driver.CudaStream;
import kleiber.engine.cuda.driver.Launch.Grid;

/** Softmax and loss; a block takes a row. */
final class CudaCrossEntropy extends CudaOperation {
  private static final int LANES = 32;
  private static final int OF_THREAD = 8;
  private static final int MOST_THREADS = 512;

  private final Kernel.CrossEntropy k;
  private final int v;
  private final int rows;
  private final int threads;
  private final CudaMemory.Region maxima;
  private final CudaMemory.Region inverseSums;

  CudaCrossEntropy(Kernel.CrossEntropy k, CudaMemory memory, CudaStream stream) {
    super(memory, stream);
    this.k = k;
    v = k.logits_BxTxV().last();
    rows = k.logits_BxTxV().rows();
    threads = threads(v);
    maxima = memory.reserve((long) Float.BYTES * members * rows);
    inverseSums = memory.reserve((long) Float.BYTES * members * rows);
  }

  /** Of a block, for a row of so many logits. */
  static int threads(int v) {
    return Math.min(MOST_THREADS, LANES * Math.ceilDiv(v, LANES * OF_THREAD));
  }

  private Grid grid() {
    return new Grid((long) members * rows, 1, 1);
  }

  @Override
  void forward() {
    launch(
        "cross_entropy",
        "cross_entropy_forward",
        grid(),
        threads,
        0,
        memory.value(k.logits_BxTxV()),
        memory.value(k.targets_BxT()),
        memory.value(k.loss_BxT()),
        maxima.address(),
        inverseSums.address(),
        v,
        (float) k.scale());
  }

  @Override
  void backward(boolean[] add) {
    launch(
        "cross_entropy",
        "cross_entropy_backward",
        grid(),
        threads,
        0,
        memory.value(k.logits_BxTxV()),
        memory.value(k.targets_BxT()),
        maxima.address(),
        inverseSums.address(),
        memory.gradient(k.logits_BxTxV()),
        flag(add[0]),
        v,
        (float) k.scale(),
        (float) k.scale() / k.scored(),
        (float) (2 * k.zLoss()));
  }
}
