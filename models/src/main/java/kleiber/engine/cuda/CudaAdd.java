package kleiber.engine.cuda;

import kleiber.engine.Kernel;
import kleiber.engine.cuda.driver.CudaStream;

/** The residual stream. */
final class CudaAdd extends CudaOperation {
  private final Kernel.Add k;

  CudaAdd(Kernel.Add k, CudaMemory memory, CudaStream stream) {
    super(memory, stream);
    this.k = k;
  }

  @Override
  void forward() {
    long size = all(k.y_RxD());
    each(
        "elementwise",
        "add_forward",
        size,
        memory.value(k.a_RxD()),
        memory.value(k.b_RxD()),
        memory.value(k.y_RxD()),
        size);
  }

  @Override
  void backward(boolean[] add) {
    long size = all(k.y_RxD());
    each(
        "elementwise",
        "add_backward",
        size,
        memory.gradient(k.y_RxD()),
        memory.gradient(k.a_RxD()),
        flag(add[0]),
        memory.gradient(k.b_RxD()),
        flag(add[1]),
        size);
  }
}
