package kleiber.engine.cuda;

import kleiber.engine.StreamKernel;
import kleiber.engine.cuda.driver.CudaStream;

/** Copied rows; members are further sequences. */
final class CudaCopy extends CudaOperation {
  private final StreamKernel.Copy k;

  CudaCopy(StreamKernel.Copy k, CudaMemory memory, CudaStream stream) {
    super(memory, stream);
    this.k = k;
  }

  @Override
  void forward() {
    long size = all(k.y());
    copy("copy_forward", size, memory.value(k.x()), memory.value(k.y()), size);
  }

  /** Streams that have a row in common add to it one after another. */
  @Override
  void backward(boolean[] add) {
    long dx = memory.gradient(k.x());
    if (!add[0]) {
      bulk("elementwise", "clear", k.x().size(), dx, memory.stride(k.x()), k.x().size());
    }
    long size = all(k.y()) / k.streams();
    copy("copy_backward", size, dx, memory.gradient(k.y()), size);
  }

  private void copy(String kernel, long threads, long x, long y, long size) {
    each(
        "streams",
        kernel,
        threads,
        x,
        y,
        k.columns(),
        k.rows(),
        k.streams(),
        k.sourceRows(),
        k.from().first(),
        k.from().byStream(),
        k.from().byRow(),
        k.to().first(),
        k.to().byStream(),
        k.to().byRow(),
        size);
  }
}
