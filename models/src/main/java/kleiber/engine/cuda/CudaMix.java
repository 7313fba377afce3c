package kleiber.engine.cuda;

import kleiber.engine.StreamKernel;
import kleiber.engine.cuda.driver.CudaStream;
import kleiber.engine.cuda.driver.Launch.Grid;

/** A weighted mean of streams; a warp takes a row. */
final class CudaMix extends CudaOperation {
  private static final int WARPS = 4;
  private static final int LANES = 32;

  private final StreamKernel.Mix k;

  CudaMix(StreamKernel.Mix k, CudaMemory memory, CudaStream stream) {
    super(memory, stream);
    this.k = k;
  }

  private long rows() {
    return (long) members * k.y_RxD().rows();
  }

  @Override
  void forward() {
    rowByRow(
        "mix_forward",
        memory.value(k.x_RxF()),
        memory.value(k.scores_RxP()),
        memory.value(k.y_RxD()),
        k.y_RxD().last(),
        k.streams(),
        (float) k.smoothing(),
        rows());
  }

  @Override
  void backward(boolean[] add) {
    rowByRow(
        "mix_backward",
        memory.value(k.x_RxF()),
        memory.value(k.scores_RxP()),
        memory.gradient(k.y_RxD()),
        memory.gradient(k.x_RxF()),
        flag(add[0]),
        memory.gradient(k.scores_RxP()),
        flag(add[1]),
        k.y_RxD().last(),
        k.streams(),
        (float) k.smoothing(),
        rows());
  }

  private void rowByRow(String kernel, Object... arguments) {
    Grid grid = new Grid(Math.ceilDiv(rows(), WARPS), 1, 1);
    launch("streams", kernel, grid, WARPS * LANES, 0, arguments);
  }
}
